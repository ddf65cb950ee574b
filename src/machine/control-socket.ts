import { join } from "node:path";

/** Octets that fit beside the final NUL: `sun_path` has 108 on Linux, unix(7), and 104 on BSD and macOS. */
const LONGEST_PATH = process.platform === "linux" ? 107 : 103;

/** The data directory's path leaves no room for a socket in it. */
export class SocketPathTooLong extends Error {
  readonly path: string;

  constructor(path: string) {
    super(
      `${path} has ${Buffer.byteLength(path)} octets, and this system takes at most ${LONGEST_PATH} for ` +
        "a socket. Nothing was started. Choose a data directory with a shorter path.",
    );
    this.name = "SocketPathTooLong";
    this.path = path;
  }
}

/**
 * Where the local cloud of this directory listens for its operator.
 *
 * @throws SocketPathTooLong
 */
export function controlSocket(directory: string): string {
  const path = join(directory, "control.sock");
  if (Buffer.byteLength(path) > LONGEST_PATH) throw new SocketPathTooLong(path);
  return path;
}
