import { readFile, rename, stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { DeploymentSpec, TaskStatus } from "../control/protocol.ts";
import { LoopbackPorts } from "./loopback-ports.ts";
import { endAll, processesOf, RecordingTargets, until } from "./observe.fixture.ts";
import { groupRuns } from "./process-group.ts";
import { SERVICE } from "./record.fixture.ts";
import { makeWorkplace, type Workplace } from "./sample-app.fixture.ts";
import { type Supervisor, startSupervisor } from "./supervisor.ts";
import type { SupervisorLimits } from "./surroundings.ts";

let place: Workplace;
let targets: RecordingTargets;
let supervisor: Supervisor;
let problems: string[];

async function start(limits: Partial<SupervisorLimits> = {}): Promise<Supervisor> {
  return startSupervisor({
    directory: place.directory,
    targetGroupOf: () => targets,
    limits: { healthEveryMs: 20, watchEveryMs: 20, saveAgainMs: 50, ...limits },
    report: (problem) => problems.push(problem),
  });
}

beforeEach(async () => {
  place = await makeWorkplace();
  targets = new RecordingTargets();
  problems = [];
  supervisor = await start();
});

afterEach(async () => {
  await supervisor.stop({ tasks: "keep" });
  await endAll(place.directory);
  await place.remove();
});

const serving = () => supervisor.status(SERVICE).serving;
const pending = () => supervisor.status(SERVICE).pending;

function served(id: string): Promise<readonly TaskStatus[]> {
  return until(`${id} to serve with healthy tasks only`, () => {
    const { deploymentId, tasks = [], tasksWanted } = serving() ?? {};
    const isSo = deploymentId === id && tasks.length === tasksWanted;
    return isSo && tasks.every((task) => task.state === "healthy") && tasks;
  });
}

async function deployed(spec: DeploymentSpec): Promise<readonly TaskStatus[]> {
  await supervisor.deploy(SERVICE, spec);
  return served(spec.id);
}

function failed(id: string) {
  return until(`${id} to fail`, () => {
    const now = pending();
    return now?.deploymentId === id && now.state === "failed" && now;
  });
}

function onlyTheseRun(tasks: readonly TaskStatus[]) {
  return until("no other process to run", async () => {
    const pids = (await processesOf(place.directory)).map(({ pid }) => pid);
    return (
      pids.sort().join() ===
      tasks
        .map(({ pid }) => pid)
        .sort()
        .join()
    );
  });
}

const answerOf = async (port = 0, path = "/") =>
  (await fetch(`http://127.0.0.1:${port}${path}`)).text();

describe("a deployment", () => {
  it("starts its tasks and gives them requests when all are healthy", async () => {
    const tasks = await deployed(place.spec("first", 1, { tasks: 2 }));
    expect([...targets.present.keys()].sort()).toEqual(["blue-1", "blue-2"]);
    for (const { pid, port } of tasks) {
      expect(await answerOf(port)).toBe(`release-of-first ${pid}`);
    }
    expect(pending()).toBeUndefined();
  });

  it("adds the new tasks before it removes the old, and ends those", async () => {
    await deployed(place.spec("first", 1));
    const tasks = await deployed(place.spec("second", 2, { tasks: 2 }));
    await onlyTheseRun(tasks);
    expect(targets.history[0]).toBe("add blue-1");
    expect(targets.history.slice(1, 3).sort()).toEqual(["add blue-2", "add blue-3"]);
    expect(targets.history.slice(3)).toEqual(["remove blue-1"]);
  });

  it("ends an old task only when its last request is over", async () => {
    const [old] = await deployed(place.spec("first", 1));
    targets.remove = async (id) => {
      targets.history.push(`remove ${id}`);
      await until("the last request", () => targets.history.includes("over"));
    };
    await deployed(place.spec("second", 2));
    expect(targets.history).toContain("remove blue-1");
    await supervisor.scale(SERVICE, 2);
    const tasks = await served("second");
    expect((await fetch(`http://127.0.0.1:${old?.port}/`)).status).toBe(200);
    targets.history.push("over");
    await onlyTheseRun(tasks);
  });

  it("whose app exits fails with the code and the last line, and what serves stays", async () => {
    const before = await deployed(place.spec("first", 1));
    const start = "echo starting; echo no such database >&2; exit 3";
    await supervisor.deploy(SERVICE, place.spec("broken", 2, { start, tasks: 2 }));
    expect((await failed("broken")).reason).toMatch(
      /^blue-[23] exited with code 3: no such database \(start 3 of 3\)$/,
    );
    await onlyTheseRun(before);
    expect(await served("first")).toEqual(before);
    expect(targets.history).toEqual(["add blue-1"]);
    await supervisor.deploy(SERVICE, place.spec("broken", 2, { start, tasks: 2 }));
    expect(pending()?.state).toBe("failed");
  });

  it("whose tasks never become healthy fails with what the health check saw", async () => {
    const environment = { HEALTH: "503" };
    const changes = { environment, healthTimeoutSeconds: 0.6 };
    await supervisor.deploy(SERVICE, place.spec("ill", 1, changes));
    expect((await failed("ill")).reason).toMatch(
      /^blue-1 was not healthy within 0.6 s: GET \/health answered 503; its last line: listening on \d+$/,
    );
    await onlyTheseRun([]);
    expect(targets.history).toEqual([]);
  });

  it("whose tasks listen elsewhere fails with where they should and where they do", async () => {
    const other = await new LoopbackPorts().choose();
    const start = `PORT=${other} exec node app.mjs`;
    const changes = { start, healthTimeoutSeconds: 1.5 };
    await supervisor.deploy(SERVICE, place.spec("astray", 1, changes));
    const { reason } = await failed("astray");
    expect(reason).toMatch(/nothing listens on 127\.0\.0\.1:\d+ \(\$HOST:\$PORT\)/);
    if (process.platform === "linux") {
      expect(reason).toContain(`, but it listens on 127.0.0.1:${other}; its last line: listening`);
    }
  });

  it("whose directory is missing fails and names it", async () => {
    const directory = join(place.directory, "nowhere");
    await supervisor.deploy(SERVICE, place.spec("lost", 1, { directory }));
    expect((await failed("lost")).reason).toContain(`could not be started in ${directory}`);
  });

  it("below the highest revision is ignored", async () => {
    const before = await deployed(place.spec("second", 2));
    await supervisor.deploy(SERVICE, place.spec("first", 1));
    expect(pending()).toBeUndefined();
    expect(await served("second")).toEqual(before);
  });

  it("that is starting gives way to a newer one", async () => {
    const environment = { HEALTH: "503" };
    await supervisor.deploy(SERVICE, place.spec("ill", 1, { environment }));
    await until("its process", async () => (await processesOf(place.directory)).length === 1);
    const tasks = await deployed(place.spec("second", 2));
    await onlyTheseRun(tasks);
    expect(targets.history).toEqual(["add blue-2"]);
  });

  it("ends an old task that ignores SIGTERM when the grace is over", async () => {
    const environment = { STUBBORN: "1" };
    await deployed(place.spec("first", 1, { environment, graceSeconds: 0.2 }));
    await onlyTheseRun(await deployed(place.spec("second", 2)));
  });

  it("ends all the processes of an old task", async () => {
    const start = 'trap "" TERM; node app.mjs & wait; wait';
    await deployed(place.spec("first", 1, { start, graceSeconds: 1 }));
    const [{ port } = { port: 0 }] = serving()?.tasks ?? [];
    await onlyTheseRun(await deployed(place.spec("second", 2)));
    await expect(answerOf(port)).rejects.toThrow();
  });
});

describe.skipIf(process.platform !== "linux")("a child in a session of its own", () => {
  const running = async () => (await processesOf(place.directory)).length;

  it.each(["stopped", "killed"])("ends with its task, be that %s", async (how) => {
    const changes = { environment: { CHILD: "1" }, graceSeconds: 0.2 };
    const [task] = await deployed(place.spec("first", 1, changes));
    await until("the app and its child", async () => (await running()) === 2);
    const before = await processesOf(place.directory);
    if (how === "stopped") await supervisor.stop({ tasks: "stop" });
    else process.kill(task?.pid ?? 0, "SIGKILL");
    await until("the end of both", () => before.every((each) => !groupRuns(each)));
  });
});

describe("wishes", () => {
  it("that wait for each other are limited in number", async () => {
    await supervisor.stop({ tasks: "keep" });
    supervisor = await start({ waitingWishes: 1 });
    const [first, second] = [place.spec("first", 1), place.spec("second", 2)];
    const taken = supervisor.deploy(SERVICE, first);
    await expect(supervisor.deploy(SERVICE, second)).rejects.toThrow(/too many wishes/);
    await taken;
    await served("first");
    expect(supervisor.services()).toEqual([SERVICE]);
  });
});

describe("scaling", () => {
  it("adds and removes tasks of what serves", async () => {
    await deployed(place.spec("first", 1));
    await supervisor.scale(SERVICE, 3);
    await until("three targets", () => targets.present.size === 3);
    await served("first");
    await supervisor.scale(SERVICE, 1);
    expect([...targets.present.keys()]).toEqual(["blue-1"]);
    await onlyTheseRun(await served("first"));
  });

  it("is refused where nothing is deployed", async () => {
    await expect(supervisor.scale(SERVICE, 2)).rejects.toThrow(/Nothing is deployed/);
    expect(supervisor.status(SERVICE)).toEqual({ name: SERVICE, revision: 0 });
    expect(supervisor.services()).toEqual([]);
    await expect(supervisor.scale(SERVICE, -1)).rejects.toThrow(/not a number of tasks/);
  });
});

describe("a serving task that exits", () => {
  it("gets no more requests at once, and starts again later each time", async () => {
    const [before] = await deployed(place.spec("first", 1));
    for (const restarts of [1, 2]) {
      await answerOf(serving()?.tasks[0]?.port, "/exit").catch(() => "connection cut");
      await until("its removal", () => targets.history.length === 2 * restarts);
      const waiting = await until("the wait", () => {
        const [task] = serving()?.tasks ?? [];
        return task?.state === "waiting-to-restart" && task;
      });
      expect(waiting).toMatchObject({ id: "blue-1", pid: 0, restarts });
      const [again] = await served("first");
      expect(again).toMatchObject({ id: "blue-1", restarts });
      expect(again?.pid).not.toBe(before?.pid);
    }
    const [add, remove] = ["add blue-1", "remove blue-1"];
    expect(targets.history).toEqual([add, remove, add, remove, add]);
  });
});

describe("a serving task whose first process ends", () => {
  it("loses its other processes too, and starts again", async () => {
    const [task] = await deployed(place.spec("first", 1, { start: "node app.mjs & wait" }));
    process.kill(task?.pid ?? 0, "SIGKILL");
    await until("the end of the app", () =>
      answerOf(task?.port).then(
        () => false,
        () => true,
      ),
    );
    await until("a restart", () => serving()?.tasks[0]?.restarts === 1);
    await onlyTheseRun(await served("first"));
  });
});

describe("stopping", () => {
  it("with the tasks kept leaves them running, for the next supervisor to adopt", async () => {
    const tasks = await deployed(place.spec("first", 1, { tasks: 2 }));
    await supervisor.stop({ tasks: "keep" });
    await onlyTheseRun(tasks);
    targets = new RecordingTargets();
    supervisor = await start();
    expect([...targets.present.keys()].sort()).toEqual(["blue-1", "blue-2"]);
    expect(serving()?.tasks).toEqual(tasks);
  });

  it("with the tasks stopped ends them, and the next supervisor starts them again", async () => {
    await deployed(place.spec("first", 1, { tasks: 2 }));
    await supervisor.deploy(SERVICE, place.spec("second", 2));
    await supervisor.stop({ tasks: "stop" });
    expect(await processesOf(place.directory)).toEqual([]);
    expect(targets.present.size).toBe(0);
    await expect(supervisor.deploy(SERVICE, place.spec("third", 3))).rejects.toThrow(/stopped/);
    supervisor = await start();
    await onlyTheseRun(await served("second"));
  });
});

describe("a task found by the next supervisor", () => {
  it("that exits is noticed and started again", async () => {
    const [task] = await deployed(place.spec("first", 1));
    await supervisor.stop({ tasks: "keep" });
    supervisor = await start();
    await answerOf(task?.port, "/exit").catch(() => "connection cut");
    await until("a restart", () => serving()?.tasks[0]?.restarts === 1);
    await served("first");
  });

  it("that doesn't answer gets no requests until it does", async () => {
    const [task] = await deployed(place.spec("first", 1));
    await supervisor.stop({ tasks: "keep" });
    process.kill(task?.pid ?? 0, "SIGSTOP");
    targets = new RecordingTargets();
    supervisor = await start({ healthTryMs: 200 });
    expect(targets.history).toEqual([]);
    expect(serving()?.tasks).toMatchObject([{ pid: task?.pid, state: "unhealthy" }]);
    process.kill(task?.pid ?? 0, "SIGCONT");
    await served("first");
    expect(targets.history).toEqual(["add blue-1"]);
  });
});

describe("logs", () => {
  it("hold what the tasks of the newest deployment wrote, kept over restarts", async () => {
    await deployed(place.spec("first", 1));
    const [task] = await deployed(place.spec("second", 2));
    await answerOf(task?.port, "/exit").catch(() => "connection cut");
    await until("a restart", () => serving()?.tasks[0]?.restarts === 1);
    const [again] = await served("second");
    const all = [`listening on ${task?.port}`, "told to exit", `listening on ${again?.port}`];
    expect(await supervisor.logs(SERVICE, 100)).toEqual(all);
    expect(await supervisor.logs(SERVICE, 2)).toEqual(all.slice(1));
    expect(await supervisor.logs("rainbow/production/green", 2)).toEqual([]);
  });

  it("of a deployment that failed can still be read", async () => {
    await supervisor.deploy(SERVICE, place.spec("broken", 1, { start: "echo oh dear; exit 1" }));
    await failed("broken");
    await onlyTheseRun([]);
    expect(await supervisor.logs(SERVICE, 100)).toEqual(Array(3).fill("oh dear"));
  });
});

describe("the state", () => {
  const file = () => join(place.directory, "services", "rainbow%2Fproduction%2Fblue.json");

  it("that can't be read keeps a supervisor from starting, and tasks run on", async () => {
    const tasks = await deployed(place.spec("first", 1));
    await supervisor.stop({ tasks: "keep" });
    const good = await readFile(file(), "utf8");
    await writeFile(file(), good.slice(0, 100));
    await expect(start()).rejects.toThrow(file());
    await writeFile(file(), good.replace('"format": 1', '"format": 2'));
    await expect(start()).rejects.toThrow(/newer version/);
    await onlyTheseRun(tasks);
  });

  it("that can't be written refuses the wish and leaves things as they were", async () => {
    const tasks = await deployed(place.spec("first", 1));
    const folder = join(place.directory, "services");
    await rename(folder, `${folder}-away`);
    await expect(supervisor.deploy(SERVICE, place.spec("second", 2))).rejects.toThrow(
      /can't be saved.*Nothing was changed/,
    );
    expect(supervisor.status(SERVICE)).toMatchObject({ serving: { tasks } });
    expect(pending()).toBeUndefined();
    await onlyTheseRun(tasks);
    await rename(`${folder}-away`, folder);
    await until("the state to be saved", async () =>
      (await readFile(file(), "utf8").catch(() => "")).includes('"first"'),
    );
    await onlyTheseRun(await deployed(place.spec("second", 2)));
  });

  it("that can't be written holds back what would follow, until it can", async () => {
    const folder = join(place.directory, "services");
    await supervisor.deploy(SERVICE, place.spec("first", 1));
    await rename(folder, `${folder}-away`);
    const [task] = await until("its process", async () => {
      const found = await processesOf(place.directory);
      return found.length === 1 && found;
    });
    await until("its answer", () => answerOf(task?.port).catch(() => undefined));
    const reported = problems.length;
    await until("further attempts to save", () => problems.length >= reported + 5);
    expect(problems.every((line) => line.includes("can't be saved"))).toBe(true);
    expect(pending()?.state).toBe("starting");
    expect(targets.history).toEqual([]);
    await rename(`${folder}-away`, folder);
    await onlyTheseRun(await served("first"));
    expect(targets.history).toEqual(["add blue-1"]);
  });

  it("is for its owner's eyes only", async () => {
    await deployed(place.spec("first", 1, { environment: { SECRET: "s" } }));
    expect(await readFile(file(), "utf8")).toContain("SECRET");
    expect((await stat(file())).mode & 0o077).toBe(0);
    expect((await stat(join(place.directory, "services"))).mode & 0o077).toBe(0);
  });
});
