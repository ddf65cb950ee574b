import { type Document, isAlias, isMap, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import type { Path } from "./problem.ts";
import { LARGEST_TEXT, MAX_ALIAS_COUNT, refusedNode, tooDeepAt } from "./yaml-limits.ts";

/** A place in the text, both counted from 1. */
export interface Place {
  readonly line: number;
  readonly column: number;
}

export interface YamlFault extends Place {
  readonly message: string;
}

export interface YamlSource {
  /** The plain value; undefined when the text is too broken to have one. */
  readonly value: unknown;
  readonly faults: readonly YamlFault[];
  /** Where the value at the path is written: its key in a map, or itself in a list; else its nearest ancestor. */
  locate(path: Path): Place;
}

const START: Place = { line: 1, column: 1 };

/** Reads one YAML document. Whatever the text is, the answer is a value, faults, or both. */
export function readYaml(text: string): YamlSource {
  if (text.length > LARGEST_TEXT) {
    return broken(`the file is larger than ${LARGEST_TEXT / 1024} KiB: is it the right one?`);
  }
  const tooDeep = tooDeepAt(text);
  if (tooDeep !== undefined) {
    return broken("this is nested too deeply", lastPlaceOf(text.slice(0, tooDeep)));
  }
  const document = parseDocument(text, {
    prettyErrors: false,
    stringKeys: true,
    logLevel: "error",
  });
  const lines = linesOf(text);
  const placeAt = (offset: number): Place => {
    const { line, col } = lines.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const wrong = [...document.errors, ...document.warnings];
  const faults = wrong.map((fault) => ({
    ...placeAt(fault.pos[0]),
    message: wording(fault.code, fault.message),
  }));
  if (wrong.some((fault) => fault.code !== "DUPLICATE_KEY")) {
    return { value: undefined, faults, locate: () => START };
  }
  const refused = refusedNode(document);
  if (refused) return broken(refused.message, placeAt(refused.offset));
  try {
    return {
      value: document.toJS({ maxAliasCount: MAX_ALIAS_COUNT }),
      faults,
      locate: (path) => placeAt(offsetOf(document, path)),
    };
  } catch (error) {
    return broken(error instanceof Error ? error.message : String(error));
  }
}

/** Counted here: yaml misses lines within a scalar of many lines that stands after an error. */
function linesOf(text: string): LineCounter {
  const lines = new LineCounter();
  lines.addNewLine(0);
  for (let at = text.indexOf("\n"); at !== -1; at = text.indexOf("\n", at + 1)) {
    lines.addNewLine(at + 1);
  }
  return lines;
}

function lastPlaceOf(text: string): Place {
  const lines = text.split("\n");
  return { line: lines.length, column: (lines.at(-1)?.length ?? 0) + 1 };
}

function broken(message: string, place = START): YamlSource {
  return { value: undefined, faults: [{ ...place, message }], locate: () => START };
}

function wording(code: string, message: string): string {
  switch (code) {
    case "DUPLICATE_KEY":
      return "this key is already given above; keep one of them";
    case "MULTIPLE_DOCS":
      return "a second document begins here; the file holds one, so remove the ---";
    case "TAB_AS_INDENT":
      return "a tab indents this line; YAML indents with spaces only";
    default:
      return message.replace(/\s+/g, " ");
  }
}

function offsetOf(document: Document.Parsed, path: Path): number {
  let node: unknown = document.contents;
  let offset = document.contents?.range[0] ?? 0;
  for (const part of path) {
    if (isAlias(node)) node = node.resolve(document);
    if (isMap(node)) {
      const pair = node.items.find(({ key }) => isScalar(key) && String(key.value) === part);
      if (!pair || !isScalar(pair.key)) return offset;
      offset = pair.key.range?.[0] ?? offset;
      node = pair.value;
    } else if (isSeq(node) && typeof part === "number") {
      node = node.items[part];
      offset = startOf(node) ?? offset;
    } else {
      return offset;
    }
  }
  return offset;
}

function startOf(node: unknown): number | undefined {
  return isScalar(node) || isMap(node) || isSeq(node) || isAlias(node)
    ? node.range?.[0]
    : undefined;
}
