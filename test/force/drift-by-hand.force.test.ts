import { randomUUID } from "node:crypto";
import { join } from "node:path";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { CloudClient } from "../../src/adapters/local/cloud/cloud-client.ts";
import type { DriftAnswer, EnvironmentView } from "../../src/contract/api.ts";
import type { SideName } from "../../src/domain/configuration.ts";
import type { RecordSet } from "../../src/domain/records.ts";
import { app, configuration } from "../support/apps.ts";
import { User, until } from "../support/machine.ts";

const HOST = "site.test";
const FENCE = "_verdigris.site.test";
const NAMES = [HOST, "standby.site.test", FENCE];
const BAKE_MS = 10_000;
const AT_ONCE = "approvals: { required: 0 }, drain: 1s";
const IN_STEPS = `${AT_ONCE}, steps: [{ weight: 50, bake: ${BAKE_MS / 1000}s }, { weight: 100 }]`;

/** A hand in the zone: what it makes of the records it finds. */
type Hand = (found: readonly RecordSet[]) => readonly RecordSet[];

const weighted = (found: readonly RecordSet[], weights: Readonly<Record<string, number>>) =>
  found.map((record) => {
    const { set } = record;
    return set ? { ...record, set: { ...set, weight: weights[set.id] ?? set.weight } } : record;
  });

const HANDS: readonly [string, Hand, RegExp][] = [
  [
    "weights that were changed",
    (found) => weighted(found, { blue: 37, green: 63 }),
    /expected site\.test.*(blue|green).*found .*37/s,
  ],
  [
    "a third record",
    (found) => {
      const [first] = found.filter(({ set }) => set);
      if (!first) throw new Error("there is no weighted record");
      return [...found, { ...first, set: { id: "red", weight: 50 } }];
    },
    /expected no such record, found site\.test.*red/,
  ],
  [
    "a record that was deleted",
    (found) => found.filter(({ set }) => set?.id !== "blue"),
    /expected site\.test.*blue.*found no such record/,
  ],
  [
    "a fence that was removed",
    (found) => found.filter(({ name }) => name !== FENCE),
    /expected _verdigris\.site\.test.*found no such record/,
  ],
  [
    "a fence of a newer revision",
    (found) =>
      found.map((record) =>
        record.name === FENCE
          ? { ...record, values: ["verdigris environment=site/production revision=99999"] }
          : record,
      ),
    /found .*revision=99999/,
  ],
];

describe("drift by hand", () => {
  let user: User;
  let client: CloudClient;

  beforeAll(async () => {
    user = await User.withApp(app("1", { flip: AT_ONCE }));
    await user.up();
    await released("one");
    await user.write({ "version.js": 'export const version = "2";\n' });
    await released("two");
    client = new CloudClient(join(user.dataDirectory, "cloud"));
  });
  afterAll(async () => {
    client.close();
    await user.leave();
  });

  const records = () => client.records(NAMES);

  async function released(branch: string): Promise<void> {
    const { lastFlip } = await user.environment();
    await user.release(branch);
    await user.flipped(lastFlip?.id);
  }

  async function change(hand: Hand): Promise<readonly RecordSet[]> {
    const found = await records();
    const wanted = hand(found);
    await client.apply({
      remove: found.filter((record) => !wanted.includes(record)),
      add: wanted.filter((record) => !found.includes(record)),
    });
    return records();
  }

  /** Deploys to a side what one of the sides runs, past every revision that Verdigris knows, and waits for it. */
  async function deployByHand(
    view: EnvironmentView,
    side: SideName,
    from: SideName,
  ): Promise<void> {
    const release = view.sides[from]?.release;
    const digits = release?.digest.replace("sha256:", "") ?? "";
    const service = `site/production/${side}`;
    const id = `by-hand-${view.revision}`;
    await client.deploy(service, {
      id,
      revision: 1_000_000,
      releaseId: release?.id ?? "",
      digest: release?.digest ?? "",
      directory: join(user.dataDirectory, "build", "artifacts", digits),
      start: "node server.js",
      healthPath: "/health",
      environment: {},
      tasks: 1,
      graceSeconds: 1,
      healthTimeoutSeconds: 30,
    });
    await until(`${side} to serve it`, async () => {
      const { serving, pending } = (await client.service(service)) ?? {};
      return (serving?.deploymentId === id && pending === undefined) || undefined;
    });
  }

  /** The command that the status prints for the drift, without the program's name. */
  async function printedMend(): Promise<readonly string[]> {
    const { stdout } = await user.cli("status", "production");
    const [, words] = /`verdigris ([^`]*--mend)` mends/.exec(stdout) ?? [];
    if (!words) throw new Error(`the status prints no mend:\n${stdout}`);
    return words.split(" ");
  }

  /** Returns the id of the command. */
  async function mendAsPrinted(): Promise<string> {
    const commandId = randomUUID();
    const mended = await user.cli(...(await printedMend()), "--command-id", commandId);
    expect(mended.code, mended.stderr).toBe(0);
    return commandId;
  }

  /** As whoever got no answer asks again. */
  async function expectRepeated(commandId: string): Promise<void> {
    const path = "/apps/site/environments/production/drift/mend";
    const { status, body } = await user.api("POST", path, { commandId });
    expect(status, JSON.stringify(body)).toBe(200);
    expect(body).toMatchObject({ repeated: true });
  }

  async function inOrder(): Promise<void> {
    await until("nothing to differ", async () => {
      const { code } = await user.cli("drift", "production");
      return code === 0 || undefined;
    });
    expect((await user.environment()).drift).toEqual([]);
  }

  /** The drift that the operator's own check put on record, and what `drift` finds, are the same and hold this. */
  async function expectNamed(what: RegExp): Promise<void> {
    await until(`the drift to be on record: ${what}`, async () => {
      const { stdout } = await user.cli("status", "production");
      return what.test(stdout) || undefined;
    });
    const said = await user.cli("drift", "production", "--json");
    expect(said.code).toBe(3);
    const { drift } = await user.environment();
    expect((JSON.parse(said.stdout) as DriftAnswer).drift).toEqual(drift);
  }

  async function expectRefused(): Promise<void> {
    const { standby = "", sides } = await user.environment();
    for (const words of [
      ["deploy", "production", "--release", sides[standby || "blue"]?.release?.id ?? ""],
      ["flip", "production", "--to", standby],
    ]) {
      const refused = await user.cli(...words);
      expect(refused.code, words.join(" ")).toBe(3);
      expect(refused.stderr).toMatch(/drift/);
      expect(refused.stderr).toContain("verdigris drift site/production --mend");
    }
  }

  async function deployWorks(): Promise<void> {
    const { standby, sides } = await user.environment();
    const release = sides[standby ?? "blue"]?.release?.id ?? "";
    const done = await user.cli("deploy", "production", "--release", release, "--wait");
    expect(done.code, done.stderr).toBe(0);
  }

  async function flipWorks(): Promise<void> {
    const before = await user.environment();
    await user.json("flip", "production", "--to", before.standby ?? "");
    const after = await user.flipped(before.lastFlip?.id);
    expect(after.live).toBe(before.standby);
  }

  describe("of records", () => {
    it.each(HANDS)(
      "%s: seen, named, left alone, in the way, and mended as printed",
      async (_, hand, what) => {
        const byHand = await change(hand);
        await expectNamed(what);
        await expectRefused();
        expect(await records()).toEqual(byHand);
        const mend = await mendAsPrinted();
        await inOrder();
        await expectRepeated(mend);
        await deployWorks();
      },
    );

    it("and after all of it a flip still works", flipWorks);
  });

  describe("of a side", () => {
    it.each([
      ["live", "another release"],
      ["standby", "another release"],
      ["standby", "the same release, under a revision that is not on record"],
    ] as const)("that is %s and was made to run %s is mended as printed", async (role, what) => {
      const view = await user.environment();
      const side = view[role] ?? "main";
      const other = side === "blue" ? "green" : "blue";
      const from = what === "another release" ? other : side;
      const wanted = view.sides[side]?.release?.id ?? "";
      await deployByHand(view, side, from);
      const found = from === other ? `${view.sides[other]?.release?.id}` : "revision 1000000";
      await expectNamed(new RegExp(`drift +expected ${side} runs ${wanted} .*found .*${found}`));
      if (role === "standby") await expectRefused();
      const service = () => client.service(`site/production/${side}`);
      expect((await service())?.revision).toBe(1_000_000);
      await mendAsPrinted();
      await inOrder();
      const { revision, serving } = (await service()) ?? {};
      expect(revision).toBeLessThan(1_000_000);
      expect(serving?.releaseId).toBe(wanted);
      await deployWorks();
    });
  });

  it("while the operator is down is seen when it is back, and mended as printed", async () => {
    const view = await user.environment();
    await user.endUp("SIGTERM");
    const byHand = await change((found) => weighted(found, { blue: 50, green: 50 }));
    await deployByHand(view, "blue", "green");
    await user.up();
    await expectNamed(/drift .*50/);
    expect(await records()).toEqual(byHand);
    await mendAsPrinted();
    await inOrder();
    await flipWorks();
  });

  describe("in the middle of a flip", () => {
    let before: EnvironmentView;
    let bakedAt: number;

    beforeEach(async () => {
      const text = configuration("  start: node server.js\n  health: /health", { flip: IN_STEPS });
      await user.write({ "verdigris.yaml": text });
      await user.json("apply", "--yes");
      before = await user.environment();
      await user.json("flip", "production", "--to", before.standby ?? "");
      const inSync = await until("the first step to be in sync", async () => {
        const { flip } = await user.environment();
        return flip?.step === 0 ? flip.reached["in-sync"] : undefined;
      });
      bakedAt = Date.parse(inSync) + BAKE_MS;
    });

    async function flipGoesOn(): Promise<void> {
      expect((await user.flipped(before.lastFlip?.id)).live).toBe(before.standby);
      await inOrder();
    }

    it("is seen in the bake and holds the next step back; mended as printed, the flip goes on", async () => {
      const byHand = await change((found) => weighted(found, { blue: 99, green: 1 }));
      await expectNamed(/drift .*99/);
      await expectRefused();
      await until("the bake to be over", async () => Date.now() > bakedAt + 1000 || undefined);
      expect((await user.environment()).flip?.step).toBe(0);
      expect(await records()).toEqual(byHand);
      await mendAsPrinted();
      await flipGoesOn();
    });

    it("while the operator is down keeps the next step out; mended as printed, the flip goes on", async () => {
      await user.endUp("SIGKILL");
      const byHand = await change((found) => found.filter(({ name }) => name !== FENCE));
      await until("the bake to be over", async () => Date.now() > bakedAt || undefined);
      await user.up();
      await until("the drift to be told", async () => {
        const view = await user.environment();
        return view.records.phase === "blocked" || view.drift.length > 0 || undefined;
      });
      expect(await records()).toEqual(byHand);
      await mendAsPrinted();
      await flipGoesOn();
    });
  });
});
