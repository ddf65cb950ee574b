import { createHash, timingSafeEqual } from "node:crypto";
import { SystemClock } from "../adapters/local/system-clock.ts";
import type { Host } from "../app/host.ts";
import { uuid7 } from "../contract/uuid7.ts";
import type { EventStore } from "../ports/event-store.ts";

/** This process as the use cases see it. */
export function hostOn<Store extends EventStore>(
  store: Store,
  log: Host["log"],
): Host & { readonly store: Store } {
  return {
    store,
    clock: new SystemClock(),
    newId: () => uuid7(),
    hash: (text) => createHash("sha256").update(text).digest("hex"),
    sameHash: (one, other) =>
      one.length === other.length && timingSafeEqual(Buffer.from(one), Buffer.from(other)),
    random: () => Math.random(),
    log,
  };
}
