import type { ErrorAnswer } from "../contract/api.ts";

/** What the process ends with, so that scripts can tell outcomes apart. */
export const EXIT = {
  done: 0,
  failed: 1,
  usage: 2,
  refused: 3,
  notYet: 4,
  interrupted: 130,
} as const;
export type ExitCode = (typeof EXIT)[keyof typeof EXIT];

export type ProblemKind = "failed" | "usage" | "refused" | "notYet";

/** Why a verb did not do what was asked: ends the process with the kind's exit code. */
export class Problem extends Error {
  readonly kind: ProblemKind;
  /** The server's own words, which `--json` prints as they came. */
  readonly answer: ErrorAnswer | undefined;

  constructor(kind: ProblemKind, message: string, answer?: ErrorAnswer) {
    super(message);
    this.name = "Problem";
    this.kind = kind;
    this.answer = answer;
  }
}

/** No answer came from the server: what was asked may be asked again where a repeat is harmless. */
export class Unreachable extends Problem {
  constructor(message: string) {
    super("failed", message);
    this.name = "Unreachable";
  }
}

/** The reason of an abort: the person pressed Ctrl-C, or nobody reads the output any more. */
export class Stopped extends Error {
  readonly exit: ExitCode;

  constructor(exit: ExitCode) {
    super("stopped");
    this.name = "Stopped";
    this.exit = exit;
  }
}

/** One line for a person: what kind of "no" it is, and the message. */
export function showProblem({ kind, message, answer }: Problem): string {
  if (kind === "usage") return message;
  if (kind === "notYet") return `not yet: ${message}`;
  if (kind === "failed") return `failed: ${message}`;
  return `refused${answer ? ` (${answer.error.code})` : ""}: ${message}`;
}
