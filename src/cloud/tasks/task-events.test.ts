import { describe, expect, it } from "vitest";
import { adopted } from "./adopted.ts";
import { deployment, healthy, processOf, SERVICE, serving, staying } from "./record.fixture.ts";
import { newService, type ServiceRecord } from "./service-record.ts";
import { afterEvent } from "./task-events.ts";
import { deployTo } from "./wishes.ts";

const first = deployment("first");
const second = deployment("second", { revision: 2 });

function exit(record: ServiceRecord, task: string, at: number): ServiceRecord {
  const pid = record.tasks.find((each) => each.id === task)?.process?.pid;
  const about = { task, at, reason: "exited with code 1: no database", chance: 0 };
  return afterEvent(record, { type: "exited", ...about, ...(pid !== undefined && { pid }) });
}

function task(record: ServiceRecord, id: string) {
  return record.tasks.find((each) => each.id === id);
}

describe("a starting deployment", () => {
  const starting = deployTo(serving(first), second, 5_000);

  it("doesn't serve before all its tasks are healthy", () => {
    const half = healthy(starting, starting.tasks.slice(2, 3), 3);
    expect(half.serving?.id).toBe("first");
    expect(staying(half)).toHaveLength(4);
  });

  it("serves when all its tasks are healthy, and the others leave", () => {
    const all = healthy(starting, starting.tasks.slice(2), 3);
    expect(all.serving?.id).toBe("second");
    expect(all.pending).toBeUndefined();
    expect(staying(all).map((each) => each.id)).toEqual(["blue-3", "blue-4"]);
  });

  it("starts a task that exits again, after a while", () => {
    const once = exit(healthy(starting, starting.tasks.slice(2, 3), 3), "blue-3", 6_000);
    expect(once.pending?.state).toBe("starting");
    expect(task(once, "blue-3")).toMatchObject({ restarts: 1, failures: 1, notBefore: 6_100 });
    expect(task(once, "blue-3")?.process).toBeUndefined();
  });

  it("fails when a task exits for the third time, and leaves what serves as it was", () => {
    const thrice = [6_000, 7_000, 8_000].reduce((r, at) => exit(r, "blue-3", at), starting);
    expect(thrice.pending).toMatchObject({
      state: "failed",
      reason: "blue-3 exited with code 1: no database (start 3 of 3)",
    });
    expect(staying(thrice)).toEqual(starting.tasks.slice(0, 2));
  });

  it("fails when a task isn't healthy in time", () => {
    const reason = "was not healthy in time: GET /health answered 503";
    const late = afterEvent(starting, { type: "timed-out", task: "blue-4", reason });
    expect(late.pending).toMatchObject({ state: "failed", reason: `blue-4 ${reason}` });
    expect(staying(late)).toEqual(starting.tasks.slice(0, 2));
  });
});

describe("a serving task", () => {
  it("is started again however often it exits, later each time", () => {
    const often = [1, 2, 3, 4].reduce((r) => exit(r, "blue-1", 10_000), serving(first));
    expect(task(often, "blue-1")).toMatchObject({ restarts: 4, failures: 4, notBefore: 10_800 });
    expect(often.serving).toEqual(first);
  });

  it("starts again soon when it was healthy for a minute", () => {
    const failing = [1, 2, 3].reduce((r) => exit(r, "blue-1", 2_000), serving(first));
    const back = healthy(failing, failing.tasks.slice(0, 1), 9);
    expect(task(exit(back, "blue-1", 61_999), "blue-1")?.failures).toBe(4);
    expect(task(exit(back, "blue-1", 62_000), "blue-1")?.failures).toBe(1);
  });

  it("that never becomes healthy is replaced by another", () => {
    const record = serving(first);
    const late = afterEvent(record, { type: "timed-out", task: "blue-1", reason: "late" });
    expect(staying(late).map((each) => each.id)).toEqual(["blue-2", "blue-3"]);
  });

  it("whose process was ended stays wanted", () => {
    const ended = afterEvent(serving(first), { type: "ended", task: "blue-1" });
    expect(task(ended, "blue-1")).toMatchObject({ leaving: false, failures: 0 });
    expect(task(ended, "blue-1")?.process).toBeUndefined();
  });
});

describe("news of an earlier process", () => {
  const record = serving(first);

  it("that passed doesn't count for the present one", () => {
    const news = { type: "passed", task: "blue-1", pid: 99, at: 9_000 } as const;
    expect(afterEvent(record, news)).toEqual(record);
  });

  it("that exited doesn't end the present one", () => {
    const news = { type: "exited", task: "blue-1", pid: 99, at: 9_000, reason: "", chance: 0 };
    expect(afterEvent(record, { ...news, type: "exited" })).toEqual(record);
  });
});

describe("a leaving task", () => {
  const called = deployTo(deployTo(newService(SERVICE), first, 0), second, 0);

  it("is forgotten when it has no process", () => {
    const after = afterEvent(called, { type: "forgotten", task: "blue-1" });
    expect(task(after, "blue-1")).toBeUndefined();
  });

  it("isn't forgotten while a process that was just started for it runs", () => {
    const started = { type: "started", task: "blue-1", process: processOf(7) } as const;
    const after = afterEvent(afterEvent(called, started), { type: "forgotten", task: "blue-1" });
    expect(task(after, "blue-1")?.process?.pid).toBe(7);
    expect(task(afterEvent(after, { type: "ended", task: "blue-1" }), "blue-1")).toBeUndefined();
  });
});

describe("adoption", () => {
  const starting = deployTo(serving(first), second, 5_000);
  const found = healthy(starting, starting.tasks.slice(2, 3), 3);
  const processes = found.tasks.flatMap(({ id, process }) =>
    process ? [[id, process] as const] : [],
  );

  it("keeps processes that run, which have to pass again", () => {
    const record = adopted(found, new Map(processes), 50_000);
    expect(record.tasks.map((each) => each.process?.pid)).toEqual([1, 2, 3, undefined]);
    expect(record.tasks[0]?.process).toEqual(processOf(1, { proven: true }));
    expect(record.serving?.id).toBe("first");
  });

  it("starts tasks whose process is gone, at once", () => {
    const fallen = exit(found, "blue-1", 49_990);
    const record = adopted(fallen, new Map(), 50_000);
    expect(task(record, "blue-1")).toMatchObject({ notBefore: 0, leaving: false });
    expect(record.tasks.every((each) => each.process === undefined)).toBe(true);
  });

  it("gives a starting deployment its whole time again", () => {
    expect(adopted(found, new Map(processes), 50_000).pending?.since).toBe(50_000);
  });
});
