/** Characters after which a line goes on in the next one. */
const maxLineLength = 8_192;

/** Makes lines of a text that arrives in pieces; each stream of a process needs one of its own. */
export class LineSplitter {
  readonly #emit: (line: string) => void;
  #rest = "";

  constructor(emit: (line: string) => void) {
    this.#emit = emit;
  }

  write(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = this.#cut(lines.pop() ?? "");
    for (const line of lines) this.#emit(this.#cut(line).replace(/\r$/, ""));
  }

  /** Emits what came after the last line end. */
  end(): void {
    if (this.#rest !== "") this.#emit(this.#rest);
    this.#rest = "";
  }

  /** Emits full pieces of a long line and returns what is left of it. */
  #cut(line: string): string {
    let start = 0;
    for (; line.length - start > maxLineLength; start += maxLineLength) {
      this.#emit(line.slice(start, start + maxLineLength));
    }
    return line.slice(start);
  }
}

/** Passes on the first `limit` lines, then says once that there were more. */
export function limitLines(log: (line: string) => void, limit: number): (line: string) => void {
  let count = 0;
  return (line) => {
    count += 1;
    if (count <= limit) log(line);
    else if (count === limit + 1) log(`[output after ${limit} lines is not kept]`);
  };
}
