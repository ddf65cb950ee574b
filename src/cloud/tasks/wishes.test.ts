import { describe, expect, it } from "vitest";
import { deployment, healthy, SERVICE, serving, staying } from "./record.fixture.ts";
import { newService } from "./service-record.ts";
import { afterEvent } from "./task-events.ts";
import { deployTo, scaleTo } from "./wishes.ts";

const NOW = 5_000;
const first = deployment("first", { revision: 4 });
const second = deployment("second", { revision: 7 });

function failed(record = deployTo(serving(first), second, NOW)) {
  const task = staying(record).at(-1)?.id ?? "";
  return afterEvent(record, { type: "timed-out", task, reason: "was not healthy" });
}

describe("a deployment", () => {
  it("is pending with as many tasks as it asks for", () => {
    const record = deployTo(newService(SERVICE), first, NOW);
    expect(record.pending).toEqual({ spec: first, state: "starting", since: NOW });
    expect(record.tasks.map((task) => task.id)).toEqual(["blue-1", "blue-2"]);
    expect(record.serving).toBeUndefined();
  });

  it("starts beside what serves", () => {
    const record = deployTo(serving(first), second, NOW);
    expect(record.serving).toEqual(first);
    expect(staying(record).map((task) => task.deploymentId)).toEqual([
      "first",
      "first",
      "second",
      "second",
    ]);
  });

  it("below the highest revision seen is ignored", () => {
    const record = deployTo(serving(first), second, NOW);
    const late = deployment("late", { revision: 6 });
    expect(deployTo(record, late, NOW)).toBe(record);
  });

  it("asked for again changes nothing while it starts and when it serves", () => {
    const starting = deployTo(newService(SERVICE), first, NOW);
    expect(deployTo(starting, first, NOW + 1)).toEqual(starting);
    const served = serving(first);
    expect(deployTo(served, first, NOW + 1)).toEqual(served);
  });

  it("that failed stays failed when it is asked for again", () => {
    expect(deployTo(failed(), second, NOW + 1)).toEqual(failed());
  });

  it("that failed is tried again, with new tasks, under a higher revision", () => {
    const again = deployTo(failed(), { ...second, revision: 8 }, NOW + 1);
    expect(again.pending).toMatchObject({ state: "starting", since: NOW + 1 });
    expect(staying(again).map((task) => task.id)).toEqual(["blue-1", "blue-2", "blue-5", "blue-6"]);
  });

  it("supersedes one that is starting", () => {
    const starting = deployTo(serving(first), second, NOW);
    const record = deployTo(starting, deployment("third", { revision: 8 }), NOW);
    expect(record.pending?.spec.id).toBe("third");
    expect(staying(record).map((task) => task.deploymentId)).not.toContain("second");
    expect(staying(record).map((task) => task.deploymentId)).toContain("first");
  });

  it("of what serves already calls off the one beside it", () => {
    const starting = deployTo(serving(first), second, NOW);
    const record = deployTo(starting, { ...first, revision: 9 }, NOW);
    expect(record.pending).toBeUndefined();
    expect(staying(record).map((task) => task.id)).toEqual(["blue-1", "blue-2"]);
    expect(record.highestRevision).toBe(9);
  });

  it("of no tasks serves at once", () => {
    const record = deployTo(serving(first), { ...second, tasks: 0 }, NOW);
    expect(record.serving?.id).toBe("second");
    expect(staying(record)).toEqual([]);
  });
});

describe("scaling", () => {
  it("adds tasks to what serves", () => {
    expect(staying(scaleTo(serving(first), 3)).map((task) => task.id)).toEqual([
      "blue-1",
      "blue-2",
      "blue-3",
    ]);
  });

  it("takes first the tasks that serve nobody, then the newest", () => {
    const grown = scaleTo(serving(first), 4);
    const last = healthy(grown, grown.tasks.slice(3), 4);
    expect(staying(scaleTo(last, 3)).map((task) => task.id)).toEqual([
      "blue-1",
      "blue-2",
      "blue-4",
    ]);
    expect(staying(scaleTo(last, 1)).map((task) => task.id)).toEqual(["blue-1"]);
  });

  it("holds for the deployment that is starting too", () => {
    const record = scaleTo(deployTo(serving(first), second, NOW), 1);
    expect(staying(record).map((task) => task.deploymentId)).toEqual(["first", "second"]);
  });

  it("down lets a deployment serve whose remaining tasks are healthy", () => {
    const starting = deployTo(serving(first), second, NOW);
    const half = healthy(starting, starting.tasks.slice(2, 3), 3);
    expect(scaleTo(half, 1).serving?.id).toBe("second");
  });
});
