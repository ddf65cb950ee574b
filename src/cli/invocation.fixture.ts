import { tmpdir } from "node:os";
import { runCli } from "./program.ts";
import type { Clock, Input, Surroundings } from "./surroundings.ts";
import type { OpenTable } from "./transport.ts";
import type { VerbDefinition } from "./verb.ts";

export const NOW = Date.parse("2026-01-01T12:00:00.000Z");

/** Time passes only while somebody sleeps. */
export class SleepingClock implements Clock {
  #now = NOW;
  readonly slept: number[] = [];

  now(): number {
    return this.#now;
  }

  elapsed(): number {
    return this.#now - NOW;
  }

  async sleep(milliseconds: number, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    this.slept.push(milliseconds);
    this.#now += milliseconds;
  }
}

export interface World {
  readonly env?: Surroundings["env"];
  readonly cwd?: string;
  readonly clock?: Clock;
  readonly signal?: AbortSignal;
  readonly isTTY?: boolean;
  /** What is typed on the terminal. */
  readonly typed?: string;
  readonly extra?: readonly VerbDefinition[];
  readonly openTable?: OpenTable;
}

export interface Result {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Each line of stdout, parsed. */
  readonly documents: () => readonly unknown[];
}

/** One command line, in this process. Words are split at spaces unless they come as a list. */
export async function verdigris(
  line: string | readonly string[],
  world: World = {},
): Promise<Result> {
  const written = { stdout: "", stderr: "" };
  const isTTY = world.isTTY ?? false;
  const output = (name: "stdout" | "stderr") => ({
    isTTY,
    write: (text: string) => {
      written[name] += text;
    },
  });
  const argv = typeof line === "string" ? line.split(" ").filter(Boolean) : line;
  const code = await runCli(argv, {
    extra: world.extra ?? [],
    version: "1.2.3",
    ...(world.openTable ? { openTable: world.openTable } : {}),
    surroundings: {
      stdin: typed(world.typed ?? "", isTTY),
      stdout: output("stdout"),
      stderr: output("stderr"),
      env: world.env ?? {},
      cwd: world.cwd ?? tmpdir(),
      clock: world.clock ?? new SleepingClock(),
      signal: world.signal ?? new AbortController().signal,
    },
  });
  return {
    code,
    ...written,
    documents: () =>
      written.stdout
        .split("\n")
        .filter(Boolean)
        .map((text) => JSON.parse(text)),
  };
}

function typed(text: string, isTTY: boolean): Input {
  return {
    isTTY,
    async *[Symbol.asyncIterator]() {
      yield text;
    },
  };
}
