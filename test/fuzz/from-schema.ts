import fc from "fast-check";

type Schema = { readonly [key: string]: unknown };

/** Values that a JSON schema of the API's document allows; `pool` has strings that mean something. */
export function fromSchema(
  schema: Schema,
  definitions: Readonly<Record<string, Schema>>,
  pool: readonly string[],
): fc.Arbitrary<unknown> {
  const inner = (one: unknown) => fromSchema(one as Schema, definitions, pool);
  const { $ref, anyOf, oneOf, allOf, type, pattern, properties, items } = schema;
  if (typeof $ref === "string") return inner(definitions[$ref.split("/").at(-1) ?? ""] ?? {});
  if ("const" in schema) return fc.constant(schema.const);
  if (Array.isArray(schema.enum)) return fc.constantFrom(...schema.enum);
  const choices = anyOf ?? oneOf ?? allOf;
  if (Array.isArray(choices)) return fc.oneof(...choices.map(inner));
  switch (type) {
    case "string":
      return text(schema, pattern, pool);
    case "integer":
    case "number": {
      const min = Number(schema.minimum ?? -5);
      const max = Math.min(Number(schema.maximum ?? min + 100), min + 1_000);
      return fc.oneof(fc.integer({ min, max }), fc.constant(min), fc.constant(max));
    }
    case "boolean":
      return fc.boolean();
    case "array":
      return fc.array(inner(items ?? {}), { maxLength: 3 });
    case "object": {
      const fields = Object.entries((properties ?? {}) as Record<string, unknown>);
      const requiredKeys = Array.isArray(schema.required) ? schema.required.map(String) : [];
      return fc.record(Object.fromEntries(fields.map(([key, one]) => [key, inner(one)])), {
        requiredKeys,
      });
    }
    default:
      return fc.jsonValue();
  }
}

function text(schema: Schema, pattern: unknown, pool: readonly string[]): fc.Arbitrary<string> {
  const min = Number(schema.minLength ?? 0);
  const max = Number(schema.maxLength ?? 50);
  const any =
    typeof pattern === "string"
      ? fc.stringMatching(new RegExp(pattern))
      : fc.string({ minLength: min, maxLength: Math.max(min, Math.min(max, 200)), unit: "binary" });
  const known = pool.filter((one) => typeof pattern !== "string" || new RegExp(pattern).test(one));
  return known.length === 0 ? any : fc.oneof(any, fc.constantFrom(...known));
}
