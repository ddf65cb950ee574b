/** The longest domain that all the names are at or below; undefined when they share none. */
export function sharedDomain(names: readonly string[]): string | undefined {
  const [first = [], ...others] = names.map((name) => name.split(".").reverse());
  const end = first.findIndex((label, i) => others.some((other) => other[i] !== label));
  const shared = first.slice(0, end === -1 ? first.length : end);
  // The label of a service (RFC 8552) is a name's own, and makes no zone.
  const own = shared.findIndex((label) => label.startsWith("_"));
  return (
    shared
      .slice(0, own === -1 ? shared.length : own)
      .reverse()
      .join(".") || undefined
  );
}
