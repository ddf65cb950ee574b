/** What a JSON value must be so that it can be taken for a value of a type. */
export type Shape = "flag" | "number" | "text" | List | Dictionary | Structure | Choice;

interface List {
  readonly each: Shape;
}

/** Any keys, all with values of one shape. */
interface Dictionary {
  readonly values: Shape;
}

/** Fields whose names end in `?` may be absent; those that are not named are allowed. */
interface Structure {
  readonly fields: Fields;
}

interface Choice {
  readonly either: readonly Shape[];
}

export type Fields = Readonly<Record<string, Shape>>;

/** The shape that fits a type: a field that is missing here, or too much, does not compile. */
export type ShapeOf<Value> = [Value] extends [string]
  ? "text"
  : [Value] extends [number]
    ? "number"
    : [Value] extends [boolean]
      ? "flag"
      : [Value] extends [readonly (infer Item)[]]
        ? { readonly each: ShapeOf<Item> }
        : string extends keyof Value
          ? { readonly values: ShapeOf<Value[keyof Value]> }
          : IsUnion<Value> extends true
            ? { readonly either: readonly EachShapeOf<Value>[] }
            : { readonly fields: FieldsOf<Value> };

export type FieldsOf<Value> = {
  readonly [Key in keyof Value as NameOf<Value, Key>]-?: ShapeOf<Exclude<Value[Key], undefined>>;
};

type NameOf<Value, Key extends keyof Value> =
  object extends Pick<Value, Key> ? `${Key & string}?` : Key;

type EachShapeOf<Union> = Union extends unknown ? ShapeOf<Union> : never;

type IsUnion<Value, Each = Value> = Each extends unknown
  ? [Value] extends [Each]
    ? false
    : true
  : never;

/** What keeps fields from being read, in words that follow what holds them; undefined when nothing does. */
export function flawIn(fields: Fields, holder: object): string | undefined {
  return flawInFields(fields, holder, "");
}

function flawInFields(fields: Fields, holder: object, path: string): string | undefined {
  const held = holder as Readonly<Record<string, unknown>>;
  for (const [name, shape] of Object.entries(fields)) {
    const isOptional = name.endsWith("?");
    const key = isOptional ? name.slice(0, -1) : name;
    const value = Object.hasOwn(held, key) ? held[key] : undefined;
    if (isOptional && value === undefined) continue;
    const flaw = flawOf(shape, value, path + key);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

function flawOf(shape: Shape, value: unknown, path: string): string | undefined {
  if (typeof shape === "string") {
    return sortOf(value) === shape ? undefined : lacks(shape, path);
  }
  if ("either" in shape) {
    const fits = shape.either.some((one) => flawOf(one, value, path) === undefined);
    return fits ? undefined : `has nothing that fits in its field ${path}`;
  }
  if ("each" in shape) {
    if (!Array.isArray(value)) return lacks("list", path);
    return first(value, (item, i) => flawOf(shape.each, item, `${path}.${i}`));
  }
  if (sortOf(value) !== "record") return lacks("record", path);
  const record = value as object;
  if ("fields" in shape) return flawInFields(shape.fields, record, `${path}.`);
  return first(Object.entries(record), ([key, one]) => flawOf(shape.values, one, `${path}.${key}`));
}

function lacks(sort: string, path: string): string {
  return `has no ${sort} in its field ${path}`;
}

function first<Item>(
  items: readonly Item[],
  flawOfItem: (item: Item, index: number) => string | undefined,
): string | undefined {
  for (const [index, item] of items.entries()) {
    const flaw = flawOfItem(item, index);
    if (flaw !== undefined) return flaw;
  }
  return undefined;
}

/** The sort of a JSON value; undefined for lists, null, and numbers that JSON can't hold. */
function sortOf(value: unknown): "flag" | "number" | "record" | "text" | undefined {
  if (typeof value === "string") return "text";
  if (typeof value === "boolean") return "flag";
  if (typeof value === "number") return Number.isFinite(value) ? "number" : undefined;
  return typeof value === "object" && value !== null && !Array.isArray(value)
    ? "record"
    : undefined;
}
