import { DescribeServicesCommand, DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { ListResourceRecordSetsCommand } from "@aws-sdk/client-route-53";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { createTable } from "../../src/adapters/aws/dynamodb-table.ts";
import type { EcsSide } from "../../src/domain/configuration.ts";
import type { EnvironmentCommand } from "../../src/domain/environment/commands.ts";
import type { EnvironmentState } from "../../src/domain/environment/state.ts";
import { standbyOf } from "../../src/domain/environment/state.ts";
import { isRefusal, type Refusal } from "../../src/domain/refusal.ts";
import { TableFault } from "../../src/ports/event-store.ts";
import { by, onEcs, PRODUCTION, rainbow, release } from "../support/engine.ts";
import type { Fault } from "../support/faults.ts";
import { faultAt, noFaults } from "../support/faults.ts";
import { Account, type MadeSide } from "./support/account.ts";
import { type FaultyAws, openFaultyAws } from "./support/faulty-aws.ts";
import { NameServer } from "./support/name-server.ts";

/** Turned away, failed, never arrived, never answered, and answered to nobody after the effect. */
const FAULTS = ["throttle", "fail", "drop", "hang", "cut", "duplicate"] as const satisfies Fault[];

/** With ROUNDS=all each call meets with each fault, otherwise with one of them in turn. */
const ALL = process.env.ROUNDS === "all";

const MOST_PASSES = 400;
const TABLE = "verdigris";
const ADDRESSES = { blue: "127.0.3.2", green: "127.0.3.3" } as const;

let account: Account;
let servers: NameServer;
let faulty: FaultyAws;
let zone: string;
const sides = new Map<string, MadeSide>();

beforeAll(async () => {
  account = new Account();
  zone = await account.hostedZone("rainbow.test");
  for (const colour of ["blue", "green"]) {
    const side = await account.side(`rainbow-${colour}`);
    await account.targets(side, 1);
    sides.set(colour, side);
  }
  const colourOf = new Map([...sides].map(([colour, { dnsName }]) => [dnsName, colour]));
  servers = await NameServer.start(
    account.route53,
    zone,
    (name) => ADDRESSES[colourOf.get(name) as keyof typeof ADDRESSES],
  );
  await createTable(account.dynamoDb, TABLE);
  faulty = await openFaultyAws(account, TABLE, [`127.0.0.1:${servers.port}`]);
  const { operator } = faulty.aws;
  const configured = await operator.apps.configure(
    rainbow({ production: onTheseSides() }),
    by("ana"),
  );
  if (isRefusal(configured)) throw new Error(configured.message);
  await settle();
  // Both sides hold a release, and blue is live.
  await decide({ type: "deploy", release: release("a") });
  await decide({ type: "flip", to: "blue" });
  await decide({ type: "deploy", release: release("b") });
});

afterAll(async () => {
  await faulty.close();
  await servers.close();
  account.close();
});

/** Flips need no approval and wait for nothing, so that one follows the other. */
function onTheseSides() {
  const side = (colour: string): EcsSide => {
    const {
      cluster = "",
      service = "",
      loadBalancer: arn = "",
      dnsName = "",
    } = sides.get(colour) ?? {};
    const loadBalancer = { arn, dnsName, zone: "Z32O12XQLNTSW2", dualStack: false };
    return { runtime: "ecs", region: account.region, cluster, service, loadBalancer };
  };
  return onEcs({
    sides: { blue: side("blue"), green: side("green") },
    ttlSeconds: 0,
    flip: {
      approvals: { required: 0, expiresSeconds: 86_400, authorMayApprove: true },
      steps: [{ weight: 100, bakeSeconds: 0 }],
      drainSeconds: 0,
    },
  });
}

type Wish = EnvironmentCommand extends infer Command
  ? Command extends EnvironmentCommand
    ? Omit<Command, "meta">
    : never
  : never;

/** What is asked of the operator, again while the table doesn't answer, as the command line does. */
async function persistently<Result>(work: () => Promise<Result | Refusal>): Promise<Result> {
  for (let attempt = 1; ; attempt++) {
    try {
      const result = await work();
      if (isRefusal(result)) throw new Error(`refused: ${result.code}: ${result.message}`);
      return result;
    } catch (error) {
      if (!(error instanceof TableFault) || attempt === 5) throw error;
    }
  }
}

/** Carries on until nothing is under way. */
async function settle(): Promise<void> {
  const { operator, host } = faulty.aws;
  for (let i = 0; i < MOST_PASSES; i++) {
    const again = await operator.pass().catch(() => 0);
    if (again === undefined) return;
    await host.clock.wait(again);
  }
  throw new Error(`it never came to rest: ${faulty.logged.slice(-5).join("; ")}`);
}

async function decide(wish: Wish): Promise<void> {
  const command = { ...wish, meta: by("ana") } as EnvironmentCommand;
  await persistently(() => faulty.aws.operator.environments.execute(PRODUCTION, command));
  await settle();
}

function state(): Promise<EnvironmentState> {
  return persistently(() => faulty.aws.operator.environments.get(PRODUCTION));
}

async function weightsAndFence() {
  const { ResourceRecordSets = [] } = await account.route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: zone }),
  );
  const sets = ResourceRecordSets.filter(({ Name }) => Name === "rainbow.test.");
  const fence = ResourceRecordSets.find(({ Name }) => Name === "_verdigris.rainbow.test.");
  const weighted = sets.filter(({ Type }) => Type === "A");
  return {
    weights: Object.fromEntries(
      weighted.map(({ SetIdentifier = "", Weight }) => [SetIdentifier, Weight]),
    ),
    fence: Number(/revision=(\d+)/.exec(fence?.ResourceRecords?.[0]?.Value ?? "")?.[1]),
  };
}

/** What each service runs: its task definition, and the image in it. */
async function services() {
  const found = await Promise.all(
    [...sides].map(async ([colour, { cluster, service }]) => {
      const { services: [one] = [] } = await account.ecs.send(
        new DescribeServicesCommand({ cluster, services: [service] }),
      );
      const { taskDefinition } = await account.ecs.send(
        new DescribeTaskDefinitionCommand({ taskDefinition: one?.taskDefinition }),
      );
      const image = taskDefinition?.containerDefinitions?.[0]?.image;
      return [
        colour,
        { taskDefinition: one?.taskDefinition, image, size: one?.desiredCount },
      ] as const;
    }),
  );
  return Object.fromEntries(found);
}

let letters = 1;

/** Each operation, begun on a state in which it is possible, and what must then be so. */
const OPERATIONS = {
  async deploy() {
    letters += 1;
    const next = release("0123456789abcdef"[letters % 16] ?? "0");
    const before = await state();
    const standby = standbyOf(before) ?? "green";
    const live = before.live;
    const ran = (await services())[live];
    return {
      wish: { type: "deploy", release: next } as const,
      async expectDone() {
        const { sides: after, drift } = await state();
        expect(after[standby]).toMatchObject({
          release: { id: next.id },
          deployment: { state: "succeeded" },
        });
        expect(drift).toEqual([]);
        const now = await services();
        expect(now[standby]?.image).toBe(`${next.artifact.location}@${next.artifact.digest}`);
        expect(now[live]).toEqual(ran);
      },
    };
  },
  async flip() {
    const before = await state();
    const to = standbyOf(before) ?? "green";
    return {
      wish: { type: "flip", to } as const,
      expectDone: () => expectTraffic(before, to, "flip"),
    };
  },
  async revert() {
    // Only a flip leaves a standby with what has been live.
    await decide({ type: "flip", to: standbyOf(await state()) ?? "green" });
    const before = await state();
    const to = standbyOf(before) ?? "green";
    return {
      wish: { type: "revert", to } as const,
      expectDone: () => expectTraffic(before, to, "revert"),
    };
  },
} as const;

async function expectTraffic(
  before: EnvironmentState,
  to: "blue" | "green" | "main",
  kind: string,
): Promise<void> {
  const after = await state();
  expect(after).toMatchObject({ live: to, lastFlip: { kind, to } });
  expect(after.flip).toBeUndefined();
  const from = to === "blue" ? "green" : "blue";
  const newest = after.traffic.decisions.at(-1)?.revision;
  expect(await weightsAndFence()).toEqual({ weights: { [to]: 100, [from]: 0 }, fence: newest });
  expect(after.lastFlip?.revision).toBeGreaterThan(before.revision);
}

describe.each(Object.keys(OPERATIONS) as (keyof typeof OPERATIONS)[])("a %s", (name) => {
  it("comes to the same end whatever befalls any of its calls", async () => {
    const clean = await OPERATIONS[name]();
    faulty.wire.follow(noFaults);
    await decide(clean.wish);
    await clean.expectDone();
    const calls = faulty.wire.calls.length;
    expect(calls).toBeGreaterThan(5);
    let met = 0;
    for (let call = 0; call < calls; call++) {
      for (const fault of ALL ? FAULTS : [FAULTS[call % FAULTS.length] ?? "cut"]) {
        const { wish, expectDone } = await OPERATIONS[name]();
        faulty.wire.follow(faultAt(call, fault));
        await decide(wish);
        met += faulty.wire.calls.filter((one) => one.fault).length;
        faulty.wire.follow(noFaults);
        await expectDone().catch((error: unknown) => {
          throw new Error(
            `${fault} at call ${call} of ${name}; ${faulty.logged.slice(-5).join("; ")}`,
            { cause: error },
          );
        });
      }
    }
    expect(met).toBeGreaterThan(calls / 2);
  }, 1_200_000);
});
