/** A label as RFC 1035 section 2.3.1 has it, and underscores, which service names use (RFC 8552). */
const LABEL = /^[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/** 255 octets on the wire (RFC 1035 section 2.3.4) are 253 characters without the trailing dot. */
const MAX_NAME_CHARACTERS = 253;

/** Whether `name` is a lower-case domain name without a trailing dot; wildcards are not. */
export function isDomainName(name: string): boolean {
  return name.length <= MAX_NAME_CHARACTERS && name.split(".").every((label) => LABEL.test(label));
}

/** The name with its first label taken off; undefined above a top-level name. */
export function parentName(name: string): string | undefined {
  const dot = name.indexOf(".");
  return dot === -1 ? undefined : name.slice(dot + 1);
}

/** The entry of `apexes` with the longest name that `name` is at or below. */
export function longestMatch<T>(apexes: ReadonlyMap<string, T>, name: string): T | undefined {
  for (let at: string | undefined = name; at !== undefined; at = parentName(at)) {
    const match = apexes.get(at);
    if (match !== undefined) return match;
  }
  return undefined;
}

/** Length-prefixed labels ending in the empty root label (RFC 1035 section 3.1). */
export function wireName(name: string): Buffer {
  const labels = name
    .split(".")
    .flatMap((label) => [Buffer.from([label.length]), Buffer.from(label)]);
  return Buffer.concat([...labels, Buffer.of(0)]);
}
