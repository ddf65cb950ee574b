import { describe, expect, it } from "vitest";
import { dutyOf } from "./duty.ts";
import { deployment, healthy, processOf, serving } from "./record.fixture.ts";
import type { ServiceRecord, TaskRecord } from "./service-record.ts";
import { afterEvent } from "./task-events.ts";
import { deployTo } from "./wishes.ts";

const NOW = 50_000;
const served = serving(deployment("first"));
const starting = deployTo(served, deployment("second", { revision: 2 }), 40_000);

const AS_USUAL = { now: NOW, resting: false, silent: false };

function duty(record: ServiceRecord, index: number, changes: Partial<TaskRecord> = {}) {
  const task = record.tasks[index];
  if (!task) throw new Error(`There is no task ${index}`);
  return dutyOf(record, { ...task, ...changes }, AS_USUAL);
}

describe("what is to be done about a task", () => {
  it("without a process is to start it, or to wait until its back-off is over", () => {
    expect(duty(starting, 2)).toEqual({ kind: "start" });
    expect(duty(starting, 2, { notBefore: NOW })).toEqual({ kind: "start" });
    expect(duty(starting, 2, { notBefore: NOW + 1 })).toEqual({ kind: "wait", until: NOW + 1 });
  });

  it("of a starting deployment is to prove it within the deployment's time, proven before or not", () => {
    for (const proven of [false, true]) {
      const process = processOf(3, { proven });
      expect(duty(starting, 2, { process })).toEqual({ kind: "prove", process, deadline: NOW });
    }
  });

  it("of a starting deployment, once healthy, is to hold it until the others are", () => {
    expect(duty(healthy(starting, starting.tasks.slice(2, 3), 3), 2)).toEqual({ kind: "hold" });
  });

  it("that serves and was started again is to prove it within its own time", () => {
    const process = processOf(9, { startedAt: 45_000 });
    expect(duty(served, 0, { process })).toEqual({ kind: "prove", process, deadline: 55_000 });
  });

  it("that served under an earlier supervisor is to prove it, however long that takes", () => {
    const process = processOf(9, { proven: true });
    expect(duty(served, 0, { process })).toEqual({ kind: "prove", process });
  });

  it("that serves is to give it requests", () => {
    expect(duty(served, 0)).toMatchObject({ kind: "serve", process: { pid: 1 } });
  });

  it("that is leaving is to retire its process, and then to forget it", () => {
    expect(duty(served, 0, { leaving: true })).toMatchObject({ kind: "retire" });
    const ended = afterEvent(served, { type: "ended", task: "blue-1" });
    expect(duty(ended, 0, { leaving: true })).toEqual({ kind: "forget" });
  });

  it("that gives no answer is to replace its process, whether it served or was adopted", () => {
    for (const process of [processOf(1, { passedAt: 2_000 }), processOf(9, { proven: true })]) {
      const task = { ...served.tasks[0], process } as TaskRecord;
      const silent = { ...AS_USUAL, silent: true };
      expect(dutyOf(served, task, silent)).toEqual({ kind: "replace", process });
      expect(dutyOf(served, { ...task, leaving: true }, silent).kind).toBe("retire");
      expect(dutyOf(served, task, { ...silent, resting: true }).kind).toBe("retire");
    }
  });

  it("when all are to rest is to retire its process and to start none", () => {
    const [first] = served.tasks;
    const [, , unstarted] = starting.tasks;
    const resting = { ...AS_USUAL, resting: true };
    expect(first && dutyOf(served, first, resting)).toMatchObject({ kind: "retire" });
    expect(unstarted && dutyOf(starting, unstarted, resting)).toEqual({ kind: "rest" });
  });
});
