/** One line for each leaf that differs, comes or goes: where, from what, to what. */
export function describeChanges(before: unknown, after: unknown, path = ""): readonly string[] {
  const [from, to] = [treeOf(before), treeOf(after)];
  if (from && to && (isThere(before) || isThere(after))) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((key) =>
      describeChanges(from[key], to[key], path === "" ? key : `${path}.${key}`),
    );
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [`${path}: ${show(before)} -> ${show(after)}`];
}

/** What is absent counts as an empty tree; undefined for a leaf. */
function treeOf(value: unknown): Readonly<Record<string, unknown>> | undefined {
  if (!isThere(value)) return {};
  return typeof value === "object" && value !== null
    ? (value as Readonly<Record<string, unknown>>)
    : undefined;
}

function isThere(value: unknown): boolean {
  return value !== undefined;
}

function show(value: unknown): string {
  return value === undefined ? "(none)" : JSON.stringify(value);
}
