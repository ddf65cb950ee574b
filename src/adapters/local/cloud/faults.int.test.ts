import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { by, PRODUCTION } from "../../../../test/support/engine.ts";
import { among, FAULTS, faultAt, noFaults } from "../../../../test/support/faults.ts";
import { FaultyCloud } from "../../../../test/support/faulty-cloud.ts";
import { visit } from "../../../../test/support/visit.ts";
import { recordNames, wantedRecords } from "../../../domain/environment/traffic.ts";
import { sameRecords } from "../../../domain/records.ts";
import { freeListener } from "./local-cloud.fixture.ts";

const FLIPPED = [
  ...["FlipStarted", "TrafficDecided", "TrafficSubmitted", "TrafficInSync"],
  ...["CachesExpired", "OldSideQuiet", "FlipCompleted"],
];
const DEPLOYED = ["DeploymentStarted", "DeploymentSucceeded"];
/** Of a flip, in the order in which it makes them. */
const FLIP_CALLS = [/^POST .v1.changes/, /^GET .v1.changes/, /^GET .v1.services/];

let cloud: FaultyCloud;

beforeAll(async () => {
  cloud = await FaultyCloud.start();
}, 60_000);

afterAll(() => cloud.close());

beforeEach(() => cloud.wire.follow(noFaults));

async function expectWorldAsRecorded() {
  const state = await cloud.state();
  const configuration = state.configured?.configuration;
  if (!configuration) throw new Error("the environment is not configured");
  expect(sameRecords(await cloud.records(recordNames(configuration)), wantedRecords(state))).toBe(
    true,
  );
  for (const side of ["blue", "green"] as const) {
    const { serving, pending } = (await cloud.service(side)) ?? {};
    expect(serving?.digest).toBe(state.sides[side]?.release?.artifact.digest);
    expect(pending).toBeUndefined();
  }
  expect(state.drift).toEqual([]);
}

/** The statuses that visitors get while the work is done. */
async function visitedDuring(work: () => Promise<void>): Promise<ReadonlySet<number>> {
  let working = true;
  const statuses = new Set<number>();
  const visits = (async () => {
    while (working) statuses.add((await visit(cloud.gateway, "rainbow.test")).status);
  })();
  try {
    await work();
  } finally {
    working = false;
    await visits;
  }
  return statuses;
}

describe("a flip", () => {
  it.each(FAULTS)(
    "is the same after a %s of any of its calls, and no visitor sees it",
    async (fault) => {
      const statuses = await visitedDuring(async () => {
        for (const call of FLIP_CALLS) {
          const to = (await cloud.state()).live === "blue" ? "green" : "blue";
          cloud.wire.follow(among(call, faultAt(0, fault)));
          const events = await cloud.events({ type: "revert", to, meta: by("ben") });
          expect(events.map(({ type }) => type)).toEqual(FLIPPED);
          expect(cloud.wire.calls.filter((one) => one.fault)).toHaveLength(1);
          await expectWorldAsRecorded();
        }
      });
      expect([...statuses]).toEqual([200]);
    },
  );
});

describe("a look for drift", () => {
  it.each(FAULTS)(
    "is late or gives up after a %s, and finds what isn't there in no case",
    async (fault) => {
      for (let call = 0; call < 3; call++) {
        cloud.wire.follow(faultAt(call, fault));
        const look = cloud.operator.environments.checkDrift(PRODUCTION);
        const report = await look.catch(() => undefined);
        if (report) expect(report).toMatchObject({ drift: [] });
      }
      expect((await cloud.state()).drift).toEqual([]);
    },
  );
});

describe("a deployment", () => {
  it.each(FAULTS)(
    "takes place once after a %s of its call, on the standby alone",
    async (fault) => {
      const { live } = await cloud.state();
      const [served, side] =
        live === "blue" ? (["blue", "green"] as const) : (["green", "blue"] as const);
      const before = await cloud.service(served);
      cloud.wire.follow(among(/^PUT .*deployment/, faultAt(0, fault)));
      const release = cloud.release(String(FAULTS.indexOf(fault)));
      const events = await cloud.events({ type: "deploy", release, meta: by("ci") });
      expect(events.map(({ type }) => type)).toEqual(DEPLOYED);
      expect(cloud.wire.calls.filter((one) => one.fault)).toHaveLength(1);
      await expectWorldAsRecorded();
      expect((await cloud.service(side))?.serving?.tasks).toMatchObject([{ restarts: 0 }]);
      expect((await cloud.service(served))?.serving).toEqual(before?.serving);
    },
  );
});

it("a socket that never answers is given up on by every call, and decides nothing", async () => {
  cloud.wire.follow(() => "hang");
  const { zone, runtime, meter } = cloud.world;
  const runsOn = await freeListener();
  const blue = { environment: PRODUCTION, side: "blue", runsOn } as const;
  const record = { name: "rainbow.test", type: "A", ttlSeconds: 0, values: ["127.0.0.9"] } as const;
  const calls = [
    zone.observe(["rainbow.test"]),
    zone.changeStatus("change"),
    runtime.prepare(blue),
    runtime.observe(blue),
    runtime.scale(blue, 1),
    runtime.logs(blue, 1),
    meter.requestsBySide([blue]),
  ];
  for (const call of calls) await expect(call).rejects.toThrow(/no answer within 0.3 s/);
  // Whether it was made is not known: it is neither accepted nor refused.
  expect(await zone.apply({ remove: [], add: [record] })).toMatchObject({ kind: "unavailable" });
});
