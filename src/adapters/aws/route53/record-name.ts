/**
 * Names as Route 53 writes them (Developer Guide, "DNS domain name format"): lower case, ending in a
 * dot, and every character other than a-z, 0-9, hyphen and underscore as `\` and three octal digits,
 * `\052` for the asterisk. Any printable character may be sent as it is.
 */

const ESCAPE = /\\([0-3][0-7]{2})/g;

/** The name as the domain has it: no trailing dot, and printable characters as they are. */
export function nameOf(written: string): string {
  return written
    .toLowerCase()
    .replace(/\.$/, "")
    .replace(ESCAPE, (escaped, octal: string) => {
      const character = String.fromCharCode(Number.parseInt(octal, 8));
      return isPlain(character) ? character.toLowerCase() : escaped;
    });
}

/** The name as it is sent. */
export function writtenName(name: string): string {
  return `${name}.`;
}

/** Whether `name` is `apex` or a name below it. */
export function isWithin(name: string, apex: string): boolean {
  return name === apex || name.endsWith(`.${apex}`);
}

/** A dot that separates no labels, a backslash, and what isn't printable stay escaped. */
function isPlain(character: string): boolean {
  return /[!-~]/.test(character) && character !== "." && character !== "\\";
}
