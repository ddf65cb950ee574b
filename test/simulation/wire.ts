import { setImmediate as macrotask } from "node:timers/promises";
import type { Clock } from "../../src/ports/clock.ts";

/** A process of the simulated world: an operator, which may die at any moment. */
export interface Process {
  readonly name: string;
  isAlive: boolean;
}

/** One call of a port that is under way. */
export interface Flight {
  readonly process: Process;
  /** `zone.apply`. */
  readonly verb: string;
  readonly args: readonly unknown[];
  /** `sent`: without effect so far. `answered`: it took effect, and the caller doesn't know yet. */
  state: "sent" | "answered";
  /** Nobody waits for the answer any more, but the call itself may still arrive. */
  isOrphan: boolean;
  answer: { readonly ok: true; readonly value: unknown } | { readonly ok: false; error: unknown };
  readonly carryOut: () => Promise<unknown>;
  readonly resolve: (value: unknown) => void;
  readonly reject: (error: unknown) => void;
}

interface Timer {
  readonly process: Process;
  readonly due: number;
  readonly wake: () => void;
}

/** What the caller of a port sees when the call's fate is unknown to it. */
export class AnswerLost extends Error {
  constructor(verb: string) {
    super(`no answer to ${verb}`);
    this.name = "AnswerLost";
  }
}

/** A call whose verb tells its caller of a lost answer in its own way, instead of throwing. */
const LOST: Readonly<Record<string, (error: AnswerLost) => unknown>> = {
  "zone.apply": (error) => ({ kind: "unavailable", reason: error.message }),
};

/**
 * Stands between the processes and the world: holds every call and every timer until the
 * scheduler says which of them goes on.
 */
export class Wire {
  now: number;
  readonly flights: Flight[] = [];
  readonly trace: string[] = [];
  readonly #isTracing: boolean;
  #timers: Timer[] = [];
  /** Told of every effect on the world, in the order of the effects. */
  onEffect: (verb: string, args: readonly unknown[], value: unknown) => void = () => undefined;
  /** Told of every answer that a process gets. */
  onAnswer: (flight: Flight) => void = () => undefined;

  /** @param now epoch milliseconds. A trace costs more than the calls, so it is kept on request only. */
  constructor(now: number, isTracing: boolean) {
    this.now = now;
    this.#isTracing = isTracing;
  }

  note(line: () => string): void {
    if (!this.#isTracing) return;
    this.trace.push(`${((this.now % 86_400_000) / 1000).toFixed(1).padStart(8)}  ${line()}`);
  }

  /** The port as this process sees it: each of its verbs becomes a call on the wire. */
  port<Port extends object>(process: Process, name: string, target: Port): Port {
    return new Proxy(target, {
      get: (_, key) => {
        const method = Reflect.get(target, key) as (...args: unknown[]) => Promise<unknown>;
        const verb = `${name}.${String(key)}`;
        return (...args: unknown[]) =>
          this.#send(process, verb, args, () => method.apply(target, args));
      },
    });
  }

  clock(process: Process): Clock {
    return {
      now: () => this.now,
      elapsed: () => this.now,
      wait: (ms, signal) => {
        if (!process.isAlive) return new Promise(() => undefined);
        if (ms <= 0 || signal?.aborted) return Promise.resolve();
        return new Promise((resolve) => {
          const wake = () => {
            this.#timers = this.#timers.filter((other) => other !== timer);
            signal?.removeEventListener("abort", wake);
            resolve();
          };
          const timer: Timer = { process, due: this.now + ms, wake };
          this.#timers.push(timer);
          signal?.addEventListener("abort", wake, { once: true });
        });
      },
    };
  }

  /** Lets everything run that waits for nothing on the wire. */
  async settle(): Promise<void> {
    await macrotask();
  }

  /** The call takes effect; `again` leaves a copy on the wire, as a client that repeats it does. */
  async deliver(flight: Flight, again = false): Promise<void> {
    this.note(
      () =>
        `${show(flight)}${flight.isOrphan ? " arrives late" : ""}${again ? ", sent twice" : ""}`,
    );
    if (again) this.flights.push({ ...flight, isOrphan: true });
    try {
      flight.answer = { ok: true, value: await flight.carryOut() };
    } catch (error) {
      flight.answer = { ok: false, error };
    }
    flight.state = "answered";
    if (flight.answer.ok) this.onEffect(flight.verb, flight.args, flight.answer.value);
    if (flight.isOrphan) this.#remove(flight);
  }

  async answer(flight: Flight): Promise<void> {
    this.#remove(flight);
    this.onAnswer(flight);
    if (flight.answer.ok) flight.resolve(flight.answer.value);
    else flight.reject(flight.answer.error);
    await this.settle();
  }

  /** The caller gives up; what it sent is gone or, when `orphaned`, may still arrive. */
  async lose(flight: Flight, orphaned = false): Promise<void> {
    const how = flight.state === "answered" ? "its answer" : orphaned ? "it, for now," : "it";
    this.note(() => `${show(flight)}: the wire loses ${how}`);
    this.#remove(flight);
    if (orphaned) this.flights.push({ ...flight, isOrphan: true });
    const error = new AnswerLost(flight.verb);
    const told = LOST[flight.verb];
    if (told) flight.resolve(told(error));
    else flight.reject(error);
    await this.settle();
  }

  drop(flight: Flight): void {
    this.#remove(flight);
  }

  /** Its timers and the answers it waits for are gone; what it has sent is still on the wire. */
  kill(process: Process): void {
    this.note(() => `${process.name} dies`);
    this.#timers = this.#timers.filter((timer) => timer.process !== process);
    for (const flight of this.flights.filter((one) => one.process === process)) {
      if (flight.state === "answered") this.#remove(flight);
      else flight.isOrphan = true;
    }
  }

  /** Time moves on to the next timer, which ends. */
  async tick(): Promise<void> {
    const due = Math.min(...this.#timers.map((one) => one.due));
    const timer = this.#timers.find((one) => one.due === due);
    if (!timer) return;
    this.now = Math.max(this.now, timer.due);
    timer.wake();
    await this.settle();
  }

  #send(
    process: Process,
    verb: string,
    args: readonly unknown[],
    carryOut: () => Promise<unknown>,
  ): Promise<unknown> {
    if (!process.isAlive) return new Promise(() => undefined);
    return new Promise((resolve, reject) => {
      this.flights.push({
        process,
        verb,
        args,
        state: "sent",
        isOrphan: false,
        answer: { ok: true, value: undefined },
        carryOut,
        resolve,
        reject,
      });
    });
  }

  #remove(flight: Flight): void {
    const index = this.flights.indexOf(flight);
    if (index >= 0) this.flights.splice(index, 1);
  }
}

function show({ process, verb, args }: Flight): string {
  const shown = args.map((arg) => {
    const text = JSON.stringify(arg) ?? String(arg);
    return text.length > 300 ? `${text.slice(0, 300)}…` : text;
  });
  return `${process.name}: ${verb}(${shown.join(", ")})`;
}
