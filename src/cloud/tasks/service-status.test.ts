import { describe, expect, it } from "vitest";
import { deployment, processOf, SERVICE, serving } from "./record.fixture.ts";
import { newService, type TaskRecord } from "./service-record.ts";
import { statusOf, withFailing } from "./service-status.ts";
import { afterEvent } from "./task-events.ts";
import { deployTo, scaleTo } from "./wishes.ts";

const first = deployment("first");

describe("the status", () => {
  it("of a service nobody deployed to is its name", () => {
    expect(statusOf(newService(SERVICE))).toEqual({ name: SERVICE, revision: 0 });
  });

  it("tells what serves, how many tasks are wanted, and each task", () => {
    expect(statusOf(scaleTo(serving(first), 1)).serving).toEqual({
      deploymentId: "first",
      releaseId: "release-of-first",
      digest: "sha256:first",
      tasksWanted: 1,
      tasks: [
        { id: "blue-1", pid: 1, port: 30_001, state: "healthy", restarts: 0, startedAt: 1_000 },
        { id: "blue-2", pid: 2, port: 30_002, state: "stopping", restarts: 0, startedAt: 1_000 },
      ],
    });
  });

  it("tells why the pending deployment failed", () => {
    const starting = deployTo(serving(first), deployment("second", { revision: 2 }), 0);
    expect(statusOf(starting).pending).toMatchObject({ state: "starting" });
    const event = { type: "timed-out", task: "blue-3", reason: "was late" } as const;
    const { pending, serving: still } = statusOf(afterEvent(starting, event));
    expect(pending).toMatchObject({ state: "failed", reason: "blue-3 was late" });
    expect(still?.deploymentId).toBe("first");
  });

  it("tells how the last process of a task ended", () => {
    const event = { type: "exited", task: "blue-1", pid: 1, at: 9_000, chance: 0 } as const;
    const { serving: after } = statusOf(
      afterEvent(serving(first), { ...event, reason: "exited with code 1: no database" }),
    );
    expect(after?.tasks.map(({ lastExit }) => lastExit)).toEqual([
      { at: 9_000, reason: "exited with code 1: no database" },
      undefined,
    ]);
  });

  it("calls a task unhealthy that fails the load balancer's health checks", () => {
    const states = withFailing(statusOf(serving(first)), ["blue-2"]).serving?.tasks;
    expect(states?.map((task) => task.state)).toEqual(["healthy", "unhealthy"]);
  });

  const state = (changes: Partial<TaskRecord>) => {
    const record = serving(first);
    const tasks = record.tasks
      .slice(0, 1)
      .map(({ process: _, ...task }) => ({ ...task, ...changes }));
    return statusOf({ ...record, tasks }).serving?.tasks[0]?.state;
  };

  it("tells tasks that start from those that wait to start again", () => {
    expect(state({})).toBe("starting");
    expect(state({ failures: 1 })).toBe("waiting-to-restart");
    expect(state({ process: processOf(1) })).toBe("starting");
  });

  it("calls a task unhealthy that was healthy before and hasn't answered since", () => {
    expect(state({ process: processOf(1, { proven: true }) })).toBe("unhealthy");
  });
});
