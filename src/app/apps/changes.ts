/** One line for each leaf that differs, comes or goes: where, from what, to what. */
export function describeChanges(before: unknown, after: unknown, path = ""): readonly string[] {
  // Of what comes or goes as a whole, each leaf does; a tree without any is one itself.
  const from = before === undefined && hasLeaves(after) ? {} : before;
  const to = after === undefined && hasLeaves(before) ? {} : after;
  if (isTree(from) && isTree(to)) {
    const keys = [...new Set([...Object.keys(from), ...Object.keys(to)])];
    return keys.flatMap((key) =>
      describeChanges(from[key], to[key], path === "" ? key : `${path}.${key}`),
    );
  }
  if (JSON.stringify(before) === JSON.stringify(after)) return [];
  return [`${path}: ${show(before)} -> ${show(after)}`];
}

function isTree(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null;
}

function hasLeaves(value: unknown): boolean {
  return isTree(value) && Object.keys(value).length > 0;
}

function show(value: unknown): string {
  return value === undefined ? "(none)" : JSON.stringify(value);
}
