import type { Batch } from "../domain/batch.ts";
import type { Folded } from "../domain/decider.ts";
import type { Projection } from "../ports/event-store.ts";
import { canonicalHash } from "./canonical-hash.ts";
import type { Host } from "./host.ts";

export function projectionOf(host: Host, schema: number, state: Folded): Projection {
  const { revision } = state;
  return { revision, schema, hash: canonicalHash(host, state), state };
}

/**
 * Whether a fold can begin from the projection: it is what was written, by hand or by accident
 * unchanged, and `at`, the batch at its revision, is the one that it followed last.
 */
export function isSound(
  host: Host,
  { revision, hash, state }: Projection,
  at: Batch<unknown> | undefined,
): boolean {
  if (hash !== canonicalHash(host, state)) return false;
  const { revision: reached, commands } = state as Folded;
  const last = commands.at(-1);
  return reached === revision && at?.revision === revision && last?.id === at.command?.id;
}
