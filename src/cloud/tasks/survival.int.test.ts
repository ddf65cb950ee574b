import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it, type TestContext } from "vitest";
import type { DeploymentSpec } from "../control/protocol.ts";
import { endAll, processesOf, RecordingTargets, until } from "./observe.fixture.ts";
import { environmentOf } from "./process-table.ts";
import { SERVICE } from "./record.fixture.ts";
import { makeWorkplace, type Workplace } from "./sample-app.fixture.ts";
import { type Supervisor, startSupervisor } from "./supervisor.ts";
import { taskMarker } from "./task-environment.ts";

const beside = (name: string) => fileURLToPath(new URL(name, import.meta.url));
const dyingFile = beside("dying-durable-file.fixture.ts");

let bundleFolder: string;
let program: string;

beforeAll(async () => {
  bundleFolder = await mkdtemp(join(tmpdir(), "verdigris-supervisor-"));
  program = join(bundleFolder, "supervisor.mjs");
  const bundle = await rolldown({
    input: beside("supervisor-process.fixture.ts"),
    platform: "node",
    plugins: [
      {
        name: "die at a write",
        resolveId: (source, importer) =>
          source.endsWith("/durable-file.ts") && importer !== dyingFile ? dyingFile : undefined,
      },
    ],
  });
  await bundle.write({ file: program, format: "esm" });
  await bundle.close();
});

afterAll(() => rm(bundleFolder, { recursive: true }));

type Finished = TestContext["onTestFinished"];

/** Runs a supervisor in a process of its own until it dies. */
async function runUntilDead(
  place: Workplace,
  specs: readonly DeploymentSpec[],
  dieAt: string,
): Promise<void> {
  const child = spawn(process.execPath, [program, place.directory, JSON.stringify(specs)], {
    env: { ...process.env, DIE_AT: dieAt },
    stdio: ["ignore", "ignore", "inherit"],
    timeout: 20_000,
  });
  const [, signal] = await once(child, "exit");
  expect(signal).toBe("SIGKILL");
}

/** A workplace, and what starts a supervisor there; both are gone when the test has finished. */
async function survivors(onTestFinished: Finished) {
  const place = await makeWorkplace();
  onTestFinished(async () => {
    await endAll(place.directory);
    await place.remove();
  });
  const targets = new RecordingTargets();
  const start = async () => {
    const limits = { healthEveryMs: 20, watchEveryMs: 20 };
    const { directory } = place;
    const supervisor = await startSupervisor({ directory, targetGroupOf: () => targets, limits });
    onTestFinished(() => supervisor.stop({ tasks: "keep" }));
    return supervisor;
  };
  return { place, targets, start };
}

async function runningTasks(place: Workplace) {
  const processes = await processesOf(place.directory);
  return processes.map(({ pid, port }) => ({
    pid,
    port,
    releaseId: environmentOf(pid)?.get("VERDIGRIS_RELEASE"),
  }));
}

const pids = (tasks: readonly { pid: number }[] = []) => tasks.map(({ pid }) => pid).sort();

/** Waits until nothing is in flight and what runs is what serves. */
function asWished(place: Workplace, supervisor: Supervisor, count: number) {
  return until("all to be as wished", async () => {
    const { serving, pending } = supervisor.status(SERVICE);
    const running = await runningTasks(place);
    const tasks = serving?.tasks ?? [];
    const isSo = !pending && tasks.length === count && running.length === count;
    const areHealthy = tasks.every(({ state }) => state === "healthy");
    return isSo && areHealthy && { serving, tasks };
  });
}

/** The writes of two deployments of two tasks, the first of all being the instance's name. */
const WRITES = [
  "the first is taken",
  "a task of the first is started",
  "both are started",
  "one is healthy",
  "the first serves",
  "the second is taken",
  "a task of the second is started",
  "both are started",
  "one is healthy",
  "the second serves",
  "an old task is ended",
  "both old tasks are ended",
];

const SECOND_TAKEN = WRITES.indexOf("the second is taken");

/** Killed before each write, when its cause has happened; and after those that decide something. */
const POINTS = WRITES.flatMap((what, i) => {
  const before = i === 0 ? undefined : i <= SECOND_TAKEN ? "first" : "second";
  const after = i < SECOND_TAKEN ? "first" : "second";
  const killedBefore = { when: "before", what, dieAt: `${i + 2}:before`, wished: before };
  const killedAfter = { when: "after", what, dieAt: `${i + 2}:after`, wished: after };
  return /taken|serves/.test(what) ? [killedBefore, killedAfter] : [killedBefore];
});

describe.skipIf(process.platform !== "linux")("a supervisor that is killed", () => {
  it.concurrent.for(POINTS)(
    "$when it is written that $what loses no task, and the next one finishes what was begun",
    async ({ dieAt, wished }, { onTestFinished }) => {
      const { place, targets, start } = await survivors(onTestFinished);
      const specs = [place.spec("first", 1, { tasks: 2 }), place.spec("second", 2, { tasks: 2 })];
      await runUntilDead(place, specs, dieAt);
      const before = await runningTasks(place);

      const supervisor = await start();
      const ports = before.map(({ port }) => port);
      for (const { port } of targets.present.values()) expect(ports).toContain(port);
      const { serving, tasks } = await asWished(place, supervisor, wished ? 2 : 0);

      expect(serving?.deploymentId).toBe(wished);
      expect(pids(tasks)).toEqual(pids(await runningTasks(place)));
      expect(tasks.every(({ restarts }) => restarts === 0)).toBe(true);
      expect([...targets.present.keys()].sort()).toEqual(tasks.map(({ id }) => id).sort());
      const survived = before.filter(({ releaseId }) => releaseId === serving?.releaseId);
      expect(pids(tasks)).toEqual(expect.arrayContaining(pids(survived)));
    },
  );

  it("leaves processes whose task nobody knows to the next one, which ends them", async ({
    onTestFinished,
  }) => {
    const { place, start } = await survivors(onTestFinished);
    const first = await start();
    await first.deploy(SERVICE, place.spec("first", 1));
    const { tasks } = await asWished(place, first, 1);
    await first.stop({ tasks: "keep" });
    const instance = (await readFile(join(place.directory, "instance"), "utf8")).trim();
    const marker = taskMarker(instance, SERVICE, "blue-99");
    const stray = spawn(process.execPath, ["-e", "setInterval(() => {}, 1000)"], {
      env: { VERDIGRIS_TASK: marker },
      stdio: "ignore",
      detached: true,
    });
    const strayExited = once(stray, "exit");
    await until("the stray", async () => (await runningTasks(place)).length === 2);
    await start();
    expect(await strayExited).toEqual([null, "SIGTERM"]);
    expect(pids(await runningTasks(place))).toEqual(pids(tasks));
  });

  it("doesn't keep tasks that ended meanwhile from being started again", async ({
    onTestFinished,
  }) => {
    const { place, start } = await survivors(onTestFinished);
    const first = await start();
    await first.deploy(SERVICE, place.spec("first", 1, { tasks: 2 }));
    const before = await asWished(place, first, 2);
    await first.stop({ tasks: "keep" });
    const [lost, kept] = before.tasks;
    process.kill(lost?.pid ?? 0, "SIGKILL");
    await until("its end", async () => (await runningTasks(place)).length === 1);
    const { tasks } = await asWished(place, await start(), 2);
    expect(tasks.map(({ id }) => id)).toEqual([lost?.id, kept?.id]);
    expect(pids(tasks)).toContain(kept?.pid);
  });
});
