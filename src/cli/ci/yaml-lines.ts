/** Lines of YAML without their ends. Comments and the order of keys are for people who read the file. */
export type Lines = readonly string[];

/** `key:` and the lines below it, one level deeper. */
export function under(key: string, ...below: readonly (string | Lines)[]): Lines {
  return [`${key}:`, ...below.flat().map(deeper)];
}

/** One item of a list. */
export function item(...parts: readonly (string | Lines)[]): Lines {
  return parts.flat().map((line, i) => (i === 0 ? `- ${line}` : deeper(line)));
}

/** Parts with an empty line between each two. */
export function apart(parts: readonly Lines[]): Lines {
  return parts.flatMap((part, i) => (i === 0 ? part : ["", ...part]));
}

/** `key:` with text of several lines, kept as it is. */
export function block(key: string, text: string): Lines {
  const trimmed = text.trim();
  if (!LITERAL.test(trimmed)) return [`${key}: ${JSON.stringify(trimmed)}`];
  return under(key, ...trimmed.split("\n")).map((line, i) => (i === 0 ? `${key}: |` : line));
}

/** An item of a list with text of several lines. */
export function blockItem(text: string): Lines {
  return block("-", text).map((line, i) => (i === 0 ? line.replace("-:", "-") : line));
}

/** What a literal block can hold: printable text, line feeds and tabs (YAML 1.2.2, section 8.1.2); 1.1 breaks at more. */
const LITERAL = /^[\t\n\x20-\x7e\xa0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]+$/;

/** A scalar that YAML reads as exactly this text, quoted where it would be something else without. */
export function scalar(text: string): string {
  // JSON's strings are YAML's double-quoted ones.
  return PLAIN.test(text) && !WORDS.test(text) ? text : JSON.stringify(text);
}

const PLAIN = /^[A-Za-z](?:[\w./-]*\w)?$/;

/** Not text to readers of YAML 1.1, which some CI systems are (yaml.org/type/bool.html). */
const WORDS = /^(?:true|false|yes|no|on|off|y|n|null)$/i;

function deeper(line: string): string {
  return line === "" ? "" : `  ${line}`;
}
