import { chmod, mkdir } from "node:fs/promises";
import { join } from "node:path";
import { AlreadyHeld, holdInstance, type Instance } from "../machine/single-instance.ts";
import { AlreadyRunning } from "./cloud-errors.ts";

/**
 * Makes the directory, closes it to other users, and holds it for this process until released.
 *
 * @throws AlreadyRunning when another process holds it, whichever of two began first
 */
export async function holdDirectory(directory: string): Promise<Instance> {
  await mkdir(directory, { recursive: true, mode: 0o700 });
  await chmod(directory, 0o700);
  try {
    return holdInstance(join(directory, "lock"));
  } catch (error) {
    if (error instanceof AlreadyHeld) throw new AlreadyRunning(directory, error.pid);
    throw error;
  }
}
