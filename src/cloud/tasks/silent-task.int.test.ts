import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { type Balancer, startBalancer } from "../balancer/balancer.ts";
import { DEFAULT_HEALTH_CHECK } from "../balancer/health-watch.ts";
import type { DeploymentSpec, TaskStatus } from "../control/protocol.ts";
import type { TargetGroup } from "../target-group.ts";
import { endAll, processesOf, RecordingTargets, until } from "./observe.fixture.ts";
import { SERVICE } from "./record.fixture.ts";
import { makeWorkplace, type Workplace } from "./sample-app.fixture.ts";
import { type Supervisor, startSupervisor } from "./supervisor.ts";

const CHECK = { ...DEFAULT_HEALTH_CHECK, intervalMs: 20, timeoutMs: 500, silentThreshold: 5 };
const REASON = /^gave no answer to GET \/health 5 times in a row and was ended: listening on \d+$/;

let place: Workplace;
let balancer: Balancer;
let targets: TargetGroup;
let supervisor: Supervisor;
let problems: string[];

async function start(): Promise<void> {
  supervisor = await startSupervisor({
    directory: place.directory,
    targetGroupOf: () => targets,
    limits: { healthEveryMs: 20, watchEveryMs: 20, adoptedCheck: CHECK },
    report: (problem) => problems.push(problem),
  });
}

beforeEach(async () => {
  place = await makeWorkplace();
  problems = [];
  balancer = await startBalancer({
    name: SERVICE,
    address: "127.0.0.1",
    port: 0,
    healthCheck: CHECK,
  });
  targets = balancer;
  await start();
});

afterEach(async () => {
  await supervisor.stop({ tasks: "keep" });
  await balancer.close(0);
  await endAll(place.directory);
  await place.remove();
  expect(problems).toEqual([]);
});

const tasks = () => supervisor.status(SERVICE).serving?.tasks ?? [];

function served(id: string): Promise<readonly TaskStatus[]> {
  return until(`${id} to serve with healthy tasks only`, () => {
    const { deploymentId, tasks = [], tasksWanted } = supervisor.status(SERVICE).serving ?? {};
    const isSo = deploymentId === id && tasks.length === tasksWanted;
    return isSo && tasks.every((task) => task.state === "healthy") && tasks;
  });
}

async function deployed(spec: DeploymentSpec): Promise<readonly TaskStatus[]> {
  await supervisor.deploy(SERVICE, spec);
  return served(spec.id);
}

/** Resolves when all tasks are healthy again, each having been started again once. */
async function replaced(): Promise<readonly TaskStatus[]> {
  await until("restarts", () => tasks().every(({ restarts }) => restarts === 1));
  return served("first");
}

function onlyTheseRun(tasks: readonly TaskStatus[]) {
  const pids = tasks.map(({ pid }) => pid).sort();
  return until("no other process to run", async () => {
    const running = (await processesOf(place.directory)).map(({ pid }) => pid).sort();
    return running.join() === pids.join();
  });
}

const answerOf = async (port = 0, path = "/") =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).text();

const mute = ({ port }: TaskStatus) => void answerOf(port, "/mute").catch(() => undefined);

/** What all tasks have written, whatever their deployment. */
async function written(): Promise<string> {
  const folder = join(place.directory, "logs");
  const names = await readdir(folder, { recursive: true });
  const logs = names.filter((name) => name.endsWith(".log"));
  return (await Promise.all(logs.map((log) => readFile(join(folder, log), "utf8")))).join("");
}

const writes = (line: string) => until(line, async () => (await written()).includes(line));
const timesTold = async () => (await written()).split("deaf to SIGTERM").length - 1;

describe("a serving task that gives no answer", () => {
  it("is ended and started again, at the same time as the others, and the status tells why", async () => {
    const before = await deployed(place.spec("first", 1, { tasks: 2 }));
    before.forEach(mute);
    const after = await replaced();
    for (const { lastExit } of after) expect(lastExit?.reason).toMatch(REASON);
    expect(after.map(({ id }) => id)).toEqual(before.map(({ id }) => id));
    await onlyTheseRun(after);
    await until("both to be healthy targets", () => balancer.healthyTargets().length === 2);
  });

  it("takes the request that hung it along, which goes to no other task", async () => {
    await deployed(place.spec("first", 1, { tasks: 2 }));
    for (let each = 0; each < 4; each++) await answerOf(balancer.port);
    const answer = await fetch(`http://127.0.0.1:${balancer.port}/mute`);
    expect(answer.status).toBe(503);
    expect(await answer.text()).toMatch(/task blue-\d was stopped before it answered/);
    await until("a restart", () => tasks().some(({ restarts }) => restarts === 1));
    await until("two healthy targets", () => balancer.healthyTargets().length === 2);
    expect((await served("first")).map(({ restarts }) => restarts).sort()).toEqual([0, 1]);
  });

  it("not even to SIGTERM is killed when its grace is over", async () => {
    const [before] = await deployed(place.spec("first", 1, { graceSeconds: 0.2 }));
    process.kill(before?.pid ?? 0, "SIGSTOP");
    const after = await replaced();
    expect(after).toMatchObject([{ lastExit: { reason: expect.stringMatching(REASON) } }]);
    await onlyTheseRun(after);
  });

  it("leaves their grace to the other processes of its group", async () => {
    const [before] = await deployed(place.spec("first", 1, { start: "node app.mjs & wait" }));
    if (before) mute(before);
    await replaced();
    expect(await written()).toContain("stopped");
  });
});

describe("a serving task that answers 503", () => {
  /** Resolves when it was checked much more often than a silent one would be. */
  const checked = (port: number) =>
    until("checks", async () => Number(await answerOf(port, "/checks")) > 50);

  it("is left alone", async () => {
    const [task] = await deployed(place.spec("first", 1));
    await answerOf(task?.port, "/ill");
    await checked(task?.port ?? 0);
    expect(balancer.targets()).toMatchObject([{ healthy: false }]);
    expect(tasks()).toEqual([task]);
  });

  it("is left alone by the next supervisor too", async () => {
    const [task] = await deployed(place.spec("first", 1));
    await answerOf(task?.port, "/ill");
    await supervisor.stop({ tasks: "keep" });
    await balancer.remove(task?.id ?? "", 0);
    await start();
    await checked(task?.port ?? 0);
    expect(tasks()).toEqual([{ ...task, state: "unhealthy" }]);
  });
});

describe("a task found by the next supervisor that gives no answer", () => {
  it("gets no requests, is ended and is started again", async () => {
    const [before] = await deployed(place.spec("first", 1, { graceSeconds: 0.2 }));
    await supervisor.stop({ tasks: "keep" });
    process.kill(before?.pid ?? 0, "SIGSTOP");
    const recording = new RecordingTargets();
    targets = recording;
    await start();
    const after = await replaced();
    expect(after).toMatchObject([{ id: "blue-1", lastExit: { reason: expect.any(String) } }]);
    expect(after[0]?.lastExit?.reason).toMatch(REASON);
    expect(recording.history).toEqual(["add blue-1"]);
    await onlyTheseRun(after);
  });
});

describe("word of a task that gives no answer", () => {
  let recording: RecordingTargets;

  beforeEach(() => {
    recording = new RecordingTargets();
    targets = recording;
  });

  /** A task that doesn't end at SIGTERM, and whoever tells that it gives no answer. */
  async function deaf(graceSeconds: number) {
    const changes = { environment: { STUBBORN: "1" }, graceSeconds };
    const [task] = await deployed(place.spec("first", 1, changes));
    const onSilent = recording.present.get("blue-1")?.onSilent;
    return { task, word: () => onSilent?.(5) };
  }

  it("that comes twice, as from two listeners, ends it once", async () => {
    const { word } = await deaf(1);
    word();
    word();
    await writes("deaf to SIGTERM");
    expect(tasks()).toMatchObject([{ state: "unhealthy", restarts: 0 }]);
    word();
    await supervisor.scale(SERVICE, 1);
    const after = await replaced();
    expect(after[0]?.lastExit?.reason).toMatch(REASON);
    await onlyTheseRun(after);
    expect(await timesTold()).toBe(1);
    expect(recording.history).toEqual(["add blue-1", "remove blue-1", "add blue-1"]);
  });

  it("that comes when another process runs in its place ends nothing", async () => {
    const [before] = await deployed(place.spec("first", 1));
    const word = recording.present.get("blue-1")?.onSilent;
    await answerOf(before?.port, "/exit").catch(() => "connection cut");
    const after = await replaced();
    word?.(5);
    expect(tasks()).toEqual(after);
    await supervisor.scale(SERVICE, 2);
    const [same] = await served("first");
    expect(same).toEqual(after[0]);
  });

  it("that comes while it is retired doesn't cut that short", async () => {
    await deployed(place.spec("first", 1));
    const word = recording.present.get("blue-1")?.onSilent;
    let over: (() => void) | undefined;
    recording.remove = () =>
      new Promise((resolve) => {
        over = resolve;
      });
    const after = await deployed(place.spec("second", 2));
    await until("its removal", () => over !== undefined);
    word?.(5);
    await supervisor.scale(SERVICE, 2);
    await served("second");
    expect(await processesOf(place.directory)).toHaveLength(3);
    over?.();
    await onlyTheseRun(await served("second"));
    expect(after[0]?.id).toBe("blue-2");
  });

  it("ends it once also when a deployment replaces it meanwhile", async () => {
    const { word } = await deaf(1);
    word();
    await writes("deaf to SIGTERM");
    await onlyTheseRun(await deployed(place.spec("second", 2)));
    expect(await timesTold()).toBe(1);
  });

  it("ends it once also when all tasks are stopped meanwhile", async () => {
    const { word } = await deaf(1);
    word();
    await writes("deaf to SIGTERM");
    await supervisor.stop({ tasks: "stop" });
    expect(await processesOf(place.directory)).toEqual([]);
    expect(await timesTold()).toBe(1);
  });

  it("that comes just before it exits by itself doesn't hide why", async () => {
    const [task] = await deployed(place.spec("first", 1));
    recording.remove = () => new Promise(() => undefined);
    recording.present.get("blue-1")?.onSilent?.(5);
    await answerOf(task?.port, "/exit").catch(() => "connection cut");
    const [after] = await replaced();
    expect(after?.lastExit?.reason).toBe("exited with code 7: told to exit");
  });

  it("that comes just before the supervisor ends leaves it as it is", async () => {
    const { task, word } = await deaf(60);
    let leaves = false;
    recording.remove = () => {
      leaves = true;
      return new Promise(() => undefined);
    };
    word();
    await until("its removal", () => leaves);
    await supervisor.stop({ tasks: "keep" });
    await start();
    expect(await served("first")).toEqual([task]);
    expect(await timesTold()).toBe(0);
  });

  it("leaves it to the next supervisor when this one ends, which asks it anew", async () => {
    const { task, word } = await deaf(60);
    word();
    await writes("deaf to SIGTERM");
    await supervisor.stop({ tasks: "keep" });
    word();
    await start();
    expect(await served("first")).toEqual([task]);
    expect(await timesTold()).toBe(1);
  });
});
