import type { ErrorCode } from "../contract/api.ts";
import type { Actor } from "../domain/batch.ts";
import type { ApiKey } from "../domain/keys.ts";
import { Budget } from "./budget.ts";
import type { Log } from "./log.ts";
import { statusOf } from "./status.ts";

/** A request that was refused, and by then what was known of who sent it. Never the key. */
export interface Refused {
  readonly code: ErrorCode;
  readonly method: string;
  /** As the table of routes has it; absent where no route fits. */
  readonly route?: string;
  /** The network address. */
  readonly from?: string;
  /** Whose key it was, where one was known. */
  readonly caller?: ApiKey;
  /** For the log, where the code says too little: a strange Host, or why keys can't be checked. */
  readonly reason?: string;
  /** What a valid request asked for, where the operator refused to do it. */
  readonly command?: {
    readonly id: string;
    readonly via: Actor["via"];
    readonly params: unknown;
    readonly dryRun: boolean;
  };
}

/** Lines that a log takes at once, and how often one more: at most about 5 MB a day for each budget. */
const AT_ONCE = 100;
const ONE_MORE_EVERY_MS = 10_000;

const OF_DOORS: ReadonlySet<ErrorCode> = new Set([
  "unauthorized",
  "forbidden",
  "too_many_requests",
]);

/**
 * Puts refusals into the operator's log and counts them all. Decisions are on record for ever;
 * refusals are not, so that nobody can fill the table by being refused. The log is bounded too, apart for
 * known callers and for strangers, so that a flood of strangers hides nothing that a key did.
 */
export class Refusals {
  readonly #log: Log;
  readonly #counts = new Map<ErrorCode, number>();
  readonly #ofCallers: Lines;
  readonly #ofStrangers: Lines;

  constructor(log: Log, now: () => number) {
    this.#log = log;
    this.#ofCallers = new Lines(now);
    this.#ofStrangers = new Lines(now);
  }

  note(refused: Refused): void {
    const { code, caller, command, reason } = refused;
    this.#counts.set(code, (this.#counts.get(code) ?? 0) + 1);
    if (!OF_DOORS.has(code) && !command && !reason) return;
    const lines = caller ? this.#ofCallers : this.#ofStrangers;
    const unwritten = lines.next();
    if (unwritten !== undefined) this.#log("warn", "refused", { ...shown(refused), ...unwritten });
  }

  counts(): readonly (readonly [ErrorCode, number])[] {
    return [...this.#counts];
  }
}

class Lines {
  readonly #budget: Budget;
  #unwritten = 0;

  constructor(now: () => number) {
    this.#budget = new Budget(AT_ONCE, ONE_MORE_EVERY_MS, now);
  }

  /** What to add to the next line; undefined when it must not be written. */
  next(): { readonly unwritten?: number } | undefined {
    if (!this.#budget.take()) {
      this.#unwritten += 1;
      return undefined;
    }
    const unwritten = this.#unwritten;
    this.#unwritten = 0;
    return unwritten === 0 ? {} : { unwritten };
  }
}

function shown({
  code,
  method,
  route,
  from,
  caller,
  command,
  reason,
}: Refused): Record<string, unknown> {
  return {
    code,
    status: statusOf(code),
    method,
    ...(route === undefined ? {} : { route }),
    ...(from === undefined ? {} : { from }),
    ...(reason === undefined ? {} : { reason }),
    ...(caller ? { by: caller.name, key: caller.id, role: caller.role } : {}),
    ...(command
      ? {
          via: command.via,
          commandId: command.id,
          params: command.params,
          ...(command.dryRun ? { dryRun: true } : {}),
        }
      : {}),
  };
}
