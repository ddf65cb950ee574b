import type { AnswersSettings } from "../children/answers.ts";
import { PLACES, type Running, startChild } from "../frame/programs.ts";

const PATIENCE_MS = 20_000;

/** What a DNS server answers, seen by a process of its own, which nothing else holds up. */
export class AnswerWatch {
  readonly #program: Running;
  readonly #waiting = new Map<string, (machineMs: number) => void>();

  private constructor(program: Running) {
    this.#program = program;
    program.onLine((line) => {
      const [name, address, at] = line.split(" ");
      this.#waiting.get(`${name} ${address}`)?.(Number(at));
    });
  }

  static async on(settings: AnswersSettings): Promise<AnswerWatch> {
    const program = startChild(PLACES.others, "answers", settings);
    const watch = new AnswerWatch(program);
    await program.firstLine();
    return watch;
  }

  /** Resolves with the time, of the machine's clock, at which the answer for the name was first this address. */
  until(name: string, address: string): Promise<number> {
    return new Promise((resolve, reject) => {
      const key = `${name} ${address}`;
      const timer = setTimeout(
        () => reject(new Error(`${name} was not ${address} in time`)),
        PATIENCE_MS,
      );
      this.#waiting.set(key, (at) => {
        clearTimeout(timer);
        this.#waiting.delete(key);
        resolve(at);
      });
    });
  }

  end(): Promise<void> {
    return this.#program.end();
  }
}
