import { RegisterTaskDefinitionCommand, UpdateServiceCommand } from "@aws-sdk/client-ecs";
import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
} from "@aws-sdk/client-route-53";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { digest, IMAGE, PATIENCE, Rainbow, RECORD } from "./rainbow.ts";
import type { Way } from "./ways.ts";

const DEADLINE_MS = 600_000;

/** The whole workflow, one way, as people and pipelines perform it with the command line. */
export function workflowGoes(way: Way): void {
  describe(`the workflow ${way.name}`, () => {
    let app: Rainbow;

    beforeAll(async () => {
      app = new Rainbow();
      await app.build();
    });

    afterAll(() => app.remove());

    it(
      "the twelve steps hold, from an account in which only infrastructure was deployed",
      () => twelveSteps(app, way),
      DEADLINE_MS,
    );

    it(
      "back again is one command, after the next release and before its drain is over",
      async () => {
        await app.completed();
        const second = await app.release("b");
        expect(await app.imageOf("blue")).toBe(`${IMAGE}@${digest("a")}`);
        await app.approve();
        await app.must(`flip production --release ${second} --wait in-sync`);
        expect(await app.leads(RECORD)).toBe("green");
        await app.must("revert production --wait in-sync");
        expect(await app.leads(RECORD)).toBe("blue");
        expect(await app.weights()).toEqual({ blue: 100, green: 0 });
        await app.completed();
        expect(await app.must("history production")).toContain("revert");
      },
      DEADLINE_MS,
    );

    it(
      "a record that somebody changed is named, shown and mended",
      () => recordChangedByHand(app),
      DEADLINE_MS,
    );

    it(
      "a service that somebody changed is named and mended",
      () => serviceChangedByHand(app),
      DEADLINE_MS,
    );

    it(
      "infrastructure that is deployed again, changed, moves nothing and is no drift",
      async () => {
        const before = [await app.imageOf("blue"), await app.imageOf("green"), await app.weights()];
        await app.deployInfrastructure("changed");
        const after = [await app.imageOf("blue"), await app.imageOf("green"), await app.weights()];
        expect(after).toEqual(before);
        expect((await app.run("drift production")).code).toBe(0);
      },
      DEADLINE_MS,
    );

    it(
      "of two flips that were decided on the same state, one is done and one is told",
      async () => {
        await app.approveNext();
        const { revision } = JSON.parse(await app.must("status production --json"));
        const words = `flip production --to green --expect-revision ${revision}`;
        const both = await Promise.all([app.run(words), app.run(words)]);
        expect(both.map(({ code }) => code).sort()).toEqual([0, 3]);
        await app.must("revert production --wait in-sync");
        expect(await app.leads(RECORD)).toBe("blue");
      },
      DEADLINE_MS,
    );
  });
}

/** The steps of the design's section 3 that are not the CI system's, from an account without a table. */
async function twelveSteps(app: Rainbow, way: Way): Promise<void> {
  await app.go(way);
  expect(await app.weights()).toEqual({});

  // 3 to 5: a commit on master; the standby alone is updated, and the table says so.
  const first = await app.release("a");
  expect(await app.imageOf("test")).toBe(`${IMAGE}@${digest("a")}`);
  expect(await app.imageOf("blue")).toBe(`${IMAGE}@${digest("a")}`);
  expect(await app.imageOf("green")).not.toContain(IMAGE);
  await expect.poll(() => app.row(), PATIENCE).toMatchObject({ live: "green", blue: "0" });

  // 6 to 8: the records follow the table; the domain answers with the live side, the preview with the standby.
  expect(await app.weights()).toEqual({ blue: 0, green: 100 });
  expect(await app.leads(RECORD)).toBe("green");
  expect(await app.leads(`standby.${RECORD}`)).toBe("blue");
  expect(await app.leads(`test.${RECORD}`)).toBe("test");

  // 9 to 12: nothing before a person approves; then the switch.
  const early = await app.run(`flip production --release ${first}`);
  expect([early.code, early.stderr]).toEqual([3, expect.stringContaining("approval_required")]);
  await app.approve();
  await app.must(`flip production --release ${first} --wait in-sync`);
  expect(await app.weights()).toEqual({ blue: 100, green: 0 });
  expect(await app.leads(RECORD)).toBe("blue");
  expect(await app.leads(`standby.${RECORD}`)).toBe("green");
  await expect
    .poll(() => app.row(), PATIENCE)
    .toEqual({ live: "blue", blue: "100", release: first.slice(0, 7) });
}

async function recordChangedByHand(app: Rainbow): Promise<void> {
  const { ResourceRecordSets = [] } = await app.account.route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: app.zone }),
  );
  const green = ResourceRecordSets.find(({ SetIdentifier }) => SetIdentifier === "green");
  await app.account.route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: app.zone,
      ChangeBatch: {
        Changes: [
          { Action: "UPSERT", ResourceRecordSet: { ...green, Weight: 7 } as typeof green & object },
        ],
      },
    }),
  );
  const seen = await app.run("drift production");
  expect([seen.code, seen.stdout]).toEqual([3, expect.stringContaining("green weight 7")]);
  const plan = await app.must("drift production --mend --dry-run");
  expect(plan).toMatch(/- +record +rainbow\.example\.com .* green weight 7/);
  await app.must("drift production --mend");
  await expect.poll(() => app.weights(), PATIENCE).toEqual({ blue: 100, green: 0 });
  await expect.poll(async () => (await app.run("drift production")).code, PATIENCE).toBe(0);
}

async function serviceChangedByHand(app: Rainbow): Promise<void> {
  const { cluster = "", service = "" } = app.sides.get("green") ?? {};
  const byHand = await app.account.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: cluster,
      containerDefinitions: [
        { name: "app", image: "public.example.com/quick-fix:1", essential: true },
      ],
    }),
  );
  await app.account.ecs.send(
    new UpdateServiceCommand({
      cluster,
      service,
      taskDefinition: byHand.taskDefinition?.taskDefinitionArn,
    }),
  );
  const seen = await app.run("drift production");
  expect([seen.code, seen.stdout]).toEqual([3, expect.stringContaining("side green")]);
  await app.must("drift production --mend");
  await expect.poll(() => app.imageOf("green"), PATIENCE).toBe(`${IMAGE}@${digest("b")}`);
  await expect.poll(async () => (await app.run("drift production")).code, PATIENCE).toBe(0);
}
