/** Which sort of JSON value a field holds. */
export type Sort = "flag" | "list" | "number" | "record" | "text";

type SortOf<Value> = Value extends string
  ? "text"
  : Value extends number
    ? "number"
    : Value extends boolean
      ? "flag"
      : Value extends readonly unknown[]
        ? "list"
        : "record";

type RequiredKey<Event> = {
  [Key in keyof Event]-?: object extends Pick<Event, Key> ? never : Key;
}[keyof Event];

type ShapeOf<Event> = {
  readonly [Key in Exclude<RequiredKey<Event>, "type">]: SortOf<Event[Key]>;
};

/**
 * The types of events that a log may hold, each with the fields that it always has. Logs are kept
 * for ever: a field that a later version adds to a type must be optional, and fields that are not
 * named here are kept and ignored.
 */
export type EventShapes<Event extends { readonly type: string }> = {
  readonly [Type in Event["type"]]: ShapeOf<Extract<Event, { readonly type: Type }>>;
};

/** What keeps an event from being understood, in words that follow its name; undefined when nothing does. */
export function eventFlaw(
  shapes: Readonly<Record<string, Readonly<Record<string, Sort>>>>,
  event: Readonly<Record<string, unknown>>,
): string | undefined {
  for (const [field, sort] of Object.entries(shapes[String(event.type)] ?? {})) {
    if (!isOfSort(event[field], sort)) return `has no ${sort} in its field ${field}`;
  }
  return undefined;
}

export function isOfSort(value: unknown, sort: Sort): boolean {
  return value !== undefined && sortOf(value) === sort;
}

/** The sort of a JSON value; undefined for null, and for numbers that JSON can't hold. */
export function sortOf(value: unknown): Sort | undefined {
  if (Array.isArray(value)) return "list";
  if (typeof value === "object" && value !== null) return "record";
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "flag";
  return Number.isFinite(value) ? "number" : undefined;
}
