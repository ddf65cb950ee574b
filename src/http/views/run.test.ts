import { describe, expect, it } from "vitest";
import { BEGIN, second } from "./decided.fixture.ts";
import type { StartedRunState } from "./run.ts";
import { hasEnded, hasStarted, runView } from "./run.ts";

const job = { needs: [], result: {} } as const;

const run: StartedRunState = {
  app: "rainbow",
  number: 12,
  revision: 3,
  started: {
    kind: "release",
    branch: "master",
    commit: "a".repeat(40),
    author: { name: "Ana", email: "ana@example.com" },
    subject: "change a",
    jobs: [],
  },
  startedAt: BEGIN,
  jobs: [
    {
      ...job,
      name: "build",
      kind: "build",
      state: "succeeded",
      startedAt: BEGIN,
      finishedAt: BEGIN + 1000,
      result: { releaseId: "aaaaaaa" },
    },
    { ...job, name: "validate", kind: "validate", state: "waiting" },
    {
      ...job,
      name: "deploy test",
      kind: "deploy",
      environment: "test",
      state: "running",
      startedAt: BEGIN,
      note: "starting",
    },
  ],
  commands: [],
};

describe("the view of a run", () => {
  it("runs until it has an outcome, and names what its build made", () => {
    expect(runView(run, () => "")).toMatchObject({ outcome: "running", release: "aaaaaaa" });
    const failed = { ...run, outcome: "failed", because: "no", finishedAt: BEGIN + 1000 } as const;
    expect(runView(failed, () => "")).toMatchObject({
      outcome: "failed",
      because: "no",
      finishedAt: second(1),
    });
  });

  it("tells where the output is of jobs that have begun and run commands", () => {
    const { jobs } = runView(run, (name) => `/logs/${name}`);
    expect(jobs.map(({ log }) => log)).toEqual(["/logs/build", undefined, undefined]);
    expect(jobs[2]).toMatchObject({ environment: "test", note: "starting" });
  });

  it("needs a start", () => {
    const { started: _, startedAt: __, ...numbered } = run;
    expect([hasStarted(run), hasStarted(numbered)]).toEqual([true, false]);
  });

  it("has jobs that have ended when nothing more can come of them", () => {
    expect(run.jobs.map(hasEnded)).toEqual([true, false, false]);
  });
});
