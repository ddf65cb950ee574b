import { appendFileSync, existsSync } from "node:fs";

/** A call of a port at which the process dies: just before it, or just after it has ended. */
export interface FaultPoint {
  /** `TrafficZone.apply`, or `EventStore.append(FlipStarted+TrafficDecided)`: an append is told by its events. */
  readonly call: string;
  readonly when: "before" | "after";
  /** Of the calls that look alike, counted from 1. */
  readonly occurrence: number;
}

export interface FaultPointOptions {
  readonly crashAt?: FaultPoint;
  /** Calls before this first says yes are neither counted nor noted. */
  readonly counts: () => boolean;
  readonly note: (call: string) => void;
  readonly die: () => void;
}

/** Calls of ports that are counted, noted and, at one of them, the end of the process. */
export class FaultPoints {
  readonly #options: FaultPointOptions;
  readonly #seen = new Map<string, number>();
  #counting = false;

  constructor(options: FaultPointOptions) {
    this.#options = options;
  }

  /**
   * What a process is told by its environment: `VERDIGRIS_CRASH_AT`, a fault point as `parseFaultPoint`
   * reads it; `VERDIGRIS_CALLS_TO`, the file that gets a line for each call; and
   * `VERDIGRIS_CALLS_FROM`, the file that must be there before calls count.
   */
  static ofEnvironment(environment: NodeJS.ProcessEnv): FaultPoints {
    const { VERDIGRIS_CRASH_AT: crashAt, VERDIGRIS_CALLS_TO: to } = environment;
    const { VERDIGRIS_CALLS_FROM: from } = environment;
    return new FaultPoints({
      ...(crashAt ? { crashAt: parseFaultPoint(crashAt) } : {}),
      counts: () => !from || existsSync(from),
      note: (call) => {
        if (to) appendFileSync(to, `${call}\n`);
      },
      die: () => process.kill(process.pid, "SIGKILL"),
    });
  }

  /** The port, with a fault point before and after each call of its verbs. */
  around<Port extends object>(name: string, port: Port): Port {
    return new Proxy(port, {
      get: (target, key) => {
        const verb: unknown = Reflect.get(target, key);
        if (typeof verb !== "function" || typeof key !== "string") return verb;
        return (...given: unknown[]) =>
          this.#call(`${name}.${key}${subjectOf(given)}`, () => Reflect.apply(verb, target, given));
      },
    });
  }

  #call(call: string, carryOut: () => unknown): unknown {
    this.#counting ||= this.#options.counts();
    if (!this.#counting) return carryOut();
    const occurrence = (this.#seen.get(call) ?? 0) + 1;
    this.#seen.set(call, occurrence);
    this.#options.note(call);
    this.#pass({ call, when: "before", occurrence });
    const result = carryOut();
    const after = () => this.#pass({ call, when: "after", occurrence });
    if (result instanceof Promise) return result.finally(after);
    after();
    return result;
  }

  #pass(here: FaultPoint): void {
    const { crashAt, die } = this.#options;
    if (crashAt && showFaultPoint(crashAt) === showFaultPoint(here)) die();
  }
}

/** The types of the events, where the first argument is a batch of them. */
function subjectOf([first]: readonly unknown[]): string {
  const { events } = (first ?? {}) as { events?: unknown };
  if (!Array.isArray(events)) return "";
  return `(${events.map(({ type }: { type: string }) => type).join("+")})`;
}

export function showFaultPoint({ call, when, occurrence }: FaultPoint): string {
  return `${call}:${when}:${occurrence}`;
}

/** Reads `<port>.<verb>:before|after[:<n>]`; n is 1 when left out. Throws for anything else. */
export function parseFaultPoint(text: string): FaultPoint {
  const [, call, when, n = "1"] =
    /^(\w+\.\w+(?:\([\w+]*\))?):(before|after)(?::(\d+))?$/.exec(text) ?? [];
  if (!call || (when !== "before" && when !== "after")) {
    throw new Error(`${text} is not a fault point: <port>.<verb>:before|after[:<n>]`);
  }
  return { call, when, occurrence: Number(n) };
}
