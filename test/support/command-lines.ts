import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";

/** The command line of every process that may be looked at, as other users of the machine see it. */
export function commandLines(): readonly string[] {
  if (process.platform !== "linux") {
    return execFileSync("ps", ["-A", "-ww", "-o", "args="], { encoding: "utf8" }).split("\n");
  }
  return readdirSync("/proc")
    .filter((name) => /^\d+$/.test(name))
    .map(commandLineOf);
}

function commandLineOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch (error) {
    const { code = "" } = error as NodeJS.ErrnoException;
    // It ended meanwhile, or is another user's.
    if (["ENOENT", "ESRCH", "EACCES"].includes(code)) return "";
    throw error;
  }
}

/** Looks at all command lines again and again until it is stopped, for those that hold a text. */
export class CommandLineWatch {
  readonly found: string[] = [];
  looks = 0;
  readonly #sought: readonly string[];
  #timer: NodeJS.Timeout | undefined;

  constructor(sought: readonly string[]) {
    this.#sought = sought;
    this.#look();
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #look(): void {
    this.looks += 1;
    const lines = commandLines();
    this.found.push(...lines.filter((line) => this.#sought.some((text) => line.includes(text))));
    this.#timer = setTimeout(() => this.#look(), 50);
  }
}
