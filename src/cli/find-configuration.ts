import { existsSync } from "node:fs";
import { join } from "node:path";
import { upward } from "./upward.ts";

/** The `verdigris.yaml` here or in the nearest folder above. */
export function findConfiguration(cwd: string): string | undefined {
  return upward(cwd)
    .map((folder) => join(folder, "verdigris.yaml"))
    .find((path) => existsSync(path));
}
