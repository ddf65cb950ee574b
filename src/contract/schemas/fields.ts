import { z } from "zod";
import type { SideName } from "../../domain/configuration.ts";
import type { DriftItem, Weights } from "../../domain/environment/state.ts";
import { ROLES } from "../../domain/keys.ts";

/**
 * A field that may be left out. JSON has no `undefined`, so `optional` and `exactOptional` accept
 * the same texts; zod-to-openapi 9.1 takes the latter for a required field.
 */
export function maybe<Schema extends z.ZodType>(schema: Schema): z.ZodExactOptional<Schema> {
  return schema.optional() as unknown as z.ZodExactOptional<Schema>;
}

/** A schema for every field of `T`, the optional ones included, and for nothing else. */
type ShapeOf<T> = { readonly [Field in keyof T]-?: z.ZodType<T[Field]> };

/** The shape of an answer: it does not compile while a field of `T` has no schema. */
export function shape<T>() {
  return <Shape extends ShapeOf<T> & Readonly<Record<Exclude<keyof Shape, keyof T>, never>>>(
    fields: Shape,
  ): Shape => fields;
}

export const time = z.iso.datetime().meta({ description: "ISO 8601 in UTC." });

export const count = z.int().min(0);

export const revision = z.int().min(0).meta({ description: "How many decisions there were." });

export const sideName = z
  .enum(["blue", "green", "main"])
  .meta({ id: "SideName", description: "The colour of a side; `main` in a single environment." });

export const environmentKind = z.enum(["single", "blue-green"]);

export const role = z
  .enum(ROLES)
  .meta({ id: "Role", description: "Each role may do all that the ones before it may." });

export const person = z.object({ name: z.string(), email: z.string() });

/** A map by side; sides that the environment does not have are left out. */
export function bySide<Schema extends z.ZodType>(schema: Schema) {
  return z.object({
    blue: maybe(schema),
    green: maybe(schema),
    main: maybe(schema),
  } satisfies Record<SideName, z.ZodType>);
}

export const weights: z.ZodType<Weights> = bySide(z.int().min(0).max(100)).meta({
  id: "Weights",
  description: "Percent of traffic by side; they sum to 100.",
});

export const flipStep = z.object({
  weight: z.int().min(1).max(100).meta({ description: "Percent on the side that becomes live." }),
  bakeSeconds: z.number().min(0),
});

export const driftItem: z.ZodType<DriftItem> = z
  .object(
    shape<DriftItem>()({
      kind: z.enum(["records", "answers", "side"]),
      side: maybe(sideName),
      expected: z.string(),
      found: z.string(),
      mend: z.string().meta({ description: "The command that mends it." }),
    }),
  )
  .meta({ id: "DriftItem", description: "One difference between the world and the state." });
