/** The way to a value: keys of maps and positions in lists, from the top of the file. */
export type Path = readonly (string | number)[];

/** What is wrong with the value at a path, before it is known where in the text that is. */
export interface Fault {
  readonly path: Path;
  /** One line: what is wrong and what to write instead. */
  readonly message: string;
}

/** Something that keeps a configuration file from being used, at its place in the text. */
export interface Problem {
  /** As the caller named it. */
  readonly file: string;
  /** Counted from 1. */
  readonly line: number;
  /** Counted from 1, in UTF-16 units. */
  readonly column: number;
  /** `environments.production.flip.steps[1].weight`; empty for the file as a whole. */
  readonly path: string;
  /** One line: what is wrong and what to write instead. */
  readonly message: string;
}

/** `verdigris.yaml:12:5: environments.production.ttl: "60 apples" is not a duration; …` */
export function showProblem({ file, line, column, path, message }: Problem): string {
  return `${file}:${line}:${column}: ${path === "" ? "" : `${path}: `}${message}`;
}

export function showPath(path: Path): string {
  return path
    .map((part, i) => (typeof part === "number" ? `[${part}]` : `${i === 0 ? "" : "."}${part}`))
    .join("");
}
