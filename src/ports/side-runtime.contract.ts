import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Side, SideDeployment, SideObservation, SideRuntime } from "./side-runtime.ts";

/** What becomes of a deployment's tasks: they answer, they exit, or they never get healthy. */
export type Fate = "healthy" | "failing" | "starting";

export interface OpenedSideRuntime {
  readonly runtime: SideRuntime;
  readonly blue: Side;
  readonly green: Side;
  /** A side of another environment, of which nothing was ever asked. */
  readonly unknown: Side;
  /** A deployment of one task; its release and digest follow from `id`. */
  deployment(id: string, revision: number, fate?: Fate): SideDeployment;
  /** Ends what runs and removes what was stored. */
  close(): Promise<void>;
}

const PATIENCE = { timeout: 20_000, interval: 20 };

/** What every side runtime must do; `open` makes one where nothing was deployed for each case. */
export function sideRuntimeContract(name: string, open: () => Promise<OpenedSideRuntime>): void {
  describe(`${name} keeps the contract of a side runtime`, () => {
    let opened: OpenedSideRuntime;
    let runtime: SideRuntime;
    let blue: Side;

    beforeEach(async () => {
      opened = await open();
      runtime = opened.runtime;
      blue = opened.blue;
      for (const side of [blue, opened.green]) {
        await runtime.prepare(side);
      }
    });

    afterEach(async () => {
      await opened.close();
    });

    function deploy(id: string, revision: number, fate?: Fate): Promise<void> {
      return runtime.deploy(blue, opened.deployment(id, revision, fate));
    }

    async function expectServing(id: string, tasks = 1): Promise<void> {
      const { releaseId, artifact } = opened.deployment(id, 0);
      const serving: SideObservation["serving"] = {
        deploymentId: id,
        releaseId,
        digest: artifact.digest,
        tasksWanted: tasks,
        tasksHealthy: tasks,
        restarts: 0,
      };
      await expect
        .poll(() => runtime.observe(blue), PATIENCE)
        .toEqual({ serving, revision: expect.any(Number) });
    }

    async function deployed(id: string, revision: number): Promise<void> {
      await deploy(id, revision);
      await expectServing(id);
    }

    async function expectPending(id: string, state: "starting" | "failed"): Promise<void> {
      const observed = async () => (await runtime.observe(blue)).pending;
      await expect.poll(observed, PATIENCE).toMatchObject({ deploymentId: id, state });
    }

    const serving = async () => (await runtime.observe(blue)).serving;

    it("sees nothing where nothing was deployed", async () => {
      expect(await runtime.observe(blue)).toEqual({});
      expect(await runtime.logs(blue, 10)).toEqual([]);
      expect(await runtime.observe(opened.unknown)).toEqual({});
    });

    it("may be asked to prepare a side again, whatever runs there", async () => {
      await deployed("first", 1);
      await runtime.prepare(blue);
      await expectServing("first");
    });

    describe("a deployment", () => {
      it("serves when its tasks are healthy", async () => {
        await deployed("first", 1);
      });

      it("replaces the one before", async () => {
        await deployed("first", 1);
        await deployed("second", 2);
      });

      it("touches no other side", async () => {
        await deployed("first", 1);
        expect(await runtime.observe(opened.green)).toEqual({});
      });

      it("that is asked for again changes nothing", async () => {
        await deployed("first", 1);
        await deploy("first", 1);
        await deploy("first", 3);
        await expectServing("first");
        await deployed("second", 3);
      });

      it("with a revision below one that was asked for is ignored", async () => {
        await deployed("second", 2);
        await deploy("first", 1);
        await expectServing("second");
      });

      it("with a revision below another serves when it names that one as what it replaces", async () => {
        await deployed("foreign", 1000);
        expect((await runtime.observe(blue)).revision).toBe(1000);
        const mending = { ...opened.deployment("ours", 2), replaces: 1000 };
        await runtime.deploy(blue, { ...mending, replaces: 999 });
        await expectServing("foreign");
        await runtime.deploy(blue, mending);
        await runtime.deploy(blue, mending);
        await expectServing("ours");
        await deployed("next", 3);
      });

      it("with a revision below that of a failed one is ignored", async () => {
        await deploy("broken", 2, "failing");
        await expectPending("broken", "failed");
        await deploy("first", 1);
        await expectPending("broken", "failed");
      });

      it("that fails says why in one line, and what served before serves on", async () => {
        await deployed("first", 1);
        const before = await serving();
        await deploy("broken", 2, "failing");
        await expectPending("broken", "failed");
        expect((await runtime.observe(blue)).pending?.reason).toMatch(/^[^\n]+$/);
        expect(await serving()).toEqual(before);
      });

      it("that failed stays so when it is asked for again, and gives way to the next", async () => {
        await deploy("broken", 1, "failing");
        await expectPending("broken", "failed");
        await deploy("broken", 1, "failing");
        await expectPending("broken", "failed");
        expect(await serving()).toBeUndefined();
        await deployed("second", 2);
      });

      it("serves nothing before it is healthy", async () => {
        await deployed("first", 1);
        const before = await serving();
        await deploy("second", 2, "starting");
        await expectPending("second", "starting");
        expect(await serving()).toEqual(before);
      });

      it("that is starting gives way to a newer one", async () => {
        await deploy("first", 1, "starting");
        await expectPending("first", "starting");
        await deployed("second", 2);
      });

      it("that is starting is given up when what serves is asked for again", async () => {
        await deployed("first", 1);
        await deploy("second", 2, "starting");
        await expectPending("second", "starting");
        await deploy("first", 3);
        await expectServing("first");
      });
    });

    describe("scaling", () => {
      it("changes how many tasks run of what serves", async () => {
        await deployed("first", 1);
        await runtime.scale(blue, 3);
        await expectServing("first", 3);
        await runtime.scale(blue, 1);
        await expectServing("first", 1);
      });

      it("rejects where nothing was deployed", async () => {
        await expect(runtime.scale(blue, 2)).rejects.toThrow(/Nothing is deployed/);
      });
    });

    it("shows at most as many of the last lines of what serves as asked for", async () => {
      await deployed("first", 1);
      expect((await runtime.logs(blue, 100)).length).toBeGreaterThan(0);
      expect(await runtime.logs(blue, 1)).toEqual((await runtime.logs(blue, 100)).slice(-1));
      expect(await runtime.logs(blue, 0)).toEqual([]);
    });
  });
}
