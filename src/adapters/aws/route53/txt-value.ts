/** RFC 1035 section 3.3: the length of a character-string is one octet. */
const MAX_STRING_OCTETS = 255;

/**
 * A text as the Value of a TXT record: strings of at most 255 octets in double quotes, with a space
 * between them. Quotes and backslashes are escaped, and what isn't printable ASCII is `\` and three
 * octal digits (Route 53 Developer Guide, "TXT record type"). The octets are those of UTF-8.
 */
export function quotedText(text: string): string {
  const octets = Buffer.from(text);
  const count = Math.max(1, Math.ceil(octets.length / MAX_STRING_OCTETS));
  return Array.from({ length: count }, (_, index) =>
    octets.toString("latin1", index * MAX_STRING_OCTETS, (index + 1) * MAX_STRING_OCTETS),
  )
    .map((string) => `"${string.replace(UNLIKE_ITSELF, written)}"`)
    .join(" ");
}

const UNLIKE_ITSELF = /["\\]|[^ -~]/g;

/** @param octet as the character with its number */
function written(octet: string): string {
  if (octet === '"' || octet === "\\") return `\\${octet}`;
  return `\\${octet.charCodeAt(0).toString(8).padStart(3, "0")}`;
}

const STRING = /"((?:[^"\\]|\\.)*)"|(\S+)/gs;
const OCTETS = /\\([0-3][0-7]{2})|\\(.)|([^\\])/gsu;

/**
 * The text of a Value, its strings put together. How it was cut and escaped is lost, so what another
 * tool wrote may not be quoted again as it was.
 */
export function unquotedText(value: string): string {
  const strings = [...value.matchAll(STRING)].map(([, quoted, bare]) => quoted ?? bare ?? "");
  const octets = strings.flatMap((string) =>
    [...string.matchAll(OCTETS)].map(([, octal, escaped, plain]) =>
      octal === undefined
        ? Buffer.from(escaped ?? plain ?? "")
        : Buffer.of(Number.parseInt(octal, 8)),
    ),
  );
  return Buffer.concat(octets).toString("utf8");
}
