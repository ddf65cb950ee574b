import type { SideName } from "../../src/domain/configuration.ts";
import type { RecordSet } from "../../src/domain/records.ts";
import { PRODUCTION } from "../support/engine.ts";
import type { Chance } from "./chance.ts";
import type { Terms } from "./terms.ts";
import type { Witness } from "./witness.ts";
import type { World } from "./world.ts";

/** Something happens in the world that no operator did. */
export async function happen(scene: {
  readonly world: World;
  readonly witness: Witness;
  readonly chance: Chance;
  readonly terms: Terms;
}): Promise<void> {
  const { world, witness, chance, terms } = scene;
  const { zone, wire } = world;
  const roll = chance.below(100);
  if (roll < 45 && zone.behind.length > 0) {
    const server = chance.one(zone.behind);
    wire.note(() => `server ${server} takes up a change`);
    witness.takeUpNext(server);
  } else if (roll < 85) await settleDeployment(world, witness, chance);
  else if (roll < 90) refuseChanges(world, chance);
  else if (roll < 95) countRequests(world, chance);
  else if (terms.hasHands) touchRecords(world, witness, chance);
}

async function settleDeployment(world: World, witness: Witness, chance: Chance): Promise<void> {
  const { runtime, wire } = world;
  if (runtime.starting.size === 0) return;
  const digest = chance.one([...runtime.starting]);
  const fails = chance.percent(15);
  runtime.starting.delete(digest);
  if (fails) runtime.failing.set(digest, "the app exited with code 1");
  wire.note(() => `${digest.slice(0, 9)} ${fails ? "fails to start" : "is healthy"}`);
  await witness.look();
  runtime.failing.delete(digest);
}

/** Route 53 throttles, is busy with the zone, refuses for good, or recovers. */
function refuseChanges({ zone, wire }: World, chance: Chance): void {
  const refusal = chance.one([
    undefined,
    undefined,
    { kind: "unavailable", reason: "Throttling: Rate exceeded" },
    { kind: "unavailable", reason: "PriorRequestNotComplete" },
    { kind: "forbidden", reason: "AccessDenied: route53:ChangeResourceRecordSets" },
  ] as const);
  zone.refusal = refusal;
  wire.note(() => `the zone ${refusal ? `answers ${refusal.reason}` : "works"}`);
}

function countRequests({ meter }: World, chance: Chance): void {
  const side = chance.one(["blue", "green"] as const satisfies SideName[]);
  meter.set({ environment: PRODUCTION, side }, { total: chance.below(1e6), open: chance.below(2) });
}

function touchRecords({ zone, wire }: World, witness: Witness, chance: Chance): void {
  if (zone.records.length === 0) return;
  const at = chance.below(zone.records.length);
  const touched = zone.records.flatMap((record, index): RecordSet[] => {
    if (index !== at) return [record];
    if (record.set && chance.percent(70)) {
      return [{ ...record, set: { ...record.set, weight: chance.below(101) } }];
    }
    return [];
  });
  wire.note(() => `hands change ${zone.records[at]?.name}`);
  witness.recordsByHand(touched);
}
