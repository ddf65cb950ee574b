import { z } from "zod";

export const name = z
  .string()
  .regex(/^[a-z][a-z0-9-]{0,30}$/, "must be up to 31 of a-z, 0-9 and -, a letter first");

export const id = z
  .string()
  .regex(/^[A-Za-z0-9._-]{1,128}$/, "must be 1 to 128 of A-Z a-z 0-9 . _ -");

export const appPath = z.strictObject({ app: name });

export const environmentPath = z.strictObject({ app: name, env: name });

export const requestPath = z.strictObject({ app: name, env: name, id });

export const runPath = z.strictObject({ app: name, id: z.coerce.number().int().min(1) });

/** How many to answer at most. */
export function limit(most: number, usual: number) {
  return z.coerce.number().int().min(1).max(most).default(usual);
}

/** A switch in a query: `?dryRun=true`. */
export const flag = z.enum(["true", "false"]).default("false");
