import { type Paint, paintWith } from "./paint.ts";
import type { Surroundings } from "./surroundings.ts";
import { visible } from "./visible.ts";

/** Where a verb's words go: answers to stdout, remarks to stderr. */
export class Terminal {
  readonly json: boolean;
  readonly paint: Paint;
  readonly #surroundings: Pick<Surroundings, "stdout" | "stderr">;
  #inProgress = false;

  constructor(
    surroundings: Pick<Surroundings, "stdout" | "stderr" | "env">,
    { json, colour }: { readonly json: boolean; readonly colour: boolean },
  ) {
    const { env, stdout } = surroundings;
    this.#surroundings = surroundings;
    this.json = json;
    // https://no-color.org: present and not empty, whatever its value.
    this.paint = paintWith(
      colour && !json && stdout.isTTY === true && !env.NO_COLOR && env.TERM !== "dumb",
    );
  }

  /** Lines for a person; with `--json` there are none. */
  say(...lines: readonly string[]): void {
    if (!this.json) this.print(...lines);
  }

  /** Lines that are wanted in any case, as help is. */
  print(...lines: readonly string[]): void {
    this.settle();
    for (const line of lines) this.#write("stdout", line);
  }

  /** A remark that is no part of the answer. */
  remark(line: string): void {
    this.settle();
    for (const part of line.split("\n")) this.#write("stderr", part);
  }

  /** The API's answer with `--json`, and otherwise the lines for a person. */
  answer(answer: unknown, lines: () => readonly string[]): void {
    if (this.json) this.document(answer);
    else this.say(...lines());
  }

  /** One JSON document on one line. */
  document(value: unknown): void {
    this.#surroundings.stdout.write(`${JSON.stringify(value)}\n`);
  }

  /** Shown until something else is: on a terminal only. */
  progress(text: string): void {
    const { stderr } = this.#surroundings;
    if (this.json || !stderr.isTTY) return;
    stderr.write(`\r\x1b[K${this.paint.dim(visible(text))}`);
    this.#inProgress = true;
  }

  /** Takes away what `progress` showed. */
  settle(): void {
    if (this.#inProgress) this.#surroundings.stderr.write("\r\x1b[K");
    this.#inProgress = false;
  }

  #write(name: "stdout" | "stderr", line: string): void {
    const stream = this.#surroundings[name];
    stream.write(`${stream.isTTY ? visible(line) : line}\n`);
  }
}
