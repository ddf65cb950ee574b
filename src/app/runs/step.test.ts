import { describe, expect, it } from "vitest";
import {
  blueGreen,
  by,
  done,
  execute,
  memoryEngine,
  PRODUCTION,
  rainbow,
  release,
  single,
  stateOf,
} from "../../../test/support/engine.ts";
import { MemoryBuilder } from "../../adapters/memory/memory-builder.ts";
import { MemoryCommitStatuses } from "../../adapters/memory/memory-commit-statuses.ts";
import { MemoryEventStore } from "../../adapters/memory/memory-event-store.ts";
import { MemoryLogStore } from "../../adapters/memory/memory-log-store.ts";
import { MemoryRepository } from "../../adapters/memory/memory-repository.ts";
import type { AppConfiguration } from "../../domain/app/configuration.ts";
import type { Batch } from "../../domain/batch.ts";
import { isRefusal } from "../../domain/refusal.ts";
import type { RunState } from "../../domain/run/state.ts";
import type { Appended } from "../../ports/event-store.ts";
import type { RunningOperator } from "../create-operator.ts";
import type { Pipeline } from "./pipeline.ts";

/** The memory pipeline reads a commit's configuration as JSON; a text that isn't JSON is a problem. */
function pipelineOf(repository: MemoryRepository): Pipeline {
  const builder = new MemoryBuilder(() => repository);
  return {
    repositoryOf: () => repository,
    builderOf: () => builder,
    statuses: new MemoryCommitStatuses(),
    logs: new MemoryLogStore(),
    async readConfiguration(_app, text) {
      try {
        return { ok: true, configuration: JSON.parse(text) as AppConfiguration };
      } catch {
        return { ok: false, problems: ["verdigris.yaml:1:1: not a configuration"] };
      }
    },
    merge: () => Promise.resolve({ ok: false, reason: "not here" }),
  };
}

const CONFIGURATION = rainbow({ test: single(), production: blueGreen() });

function files(letter: string, configuration: AppConfiguration = CONFIGURATION) {
  return { "verdigris.yaml": JSON.stringify(configuration), letter };
}

async function world() {
  const repository = new MemoryRepository();
  const pipeline = pipelineOf(repository);
  const engine = memoryEngine({ pipeline });
  const operator = engine.operator();
  const configured = await operator.apps.configure(CONFIGURATION, by("admin"));
  if (isRefusal(configured)) throw new Error(configured.message);
  operator.start();
  await engine.clock.advance(1000);
  return { repository, pipeline, engine, operator };
}

async function run(operator: RunningOperator, number: number): Promise<RunState> {
  const state = await operator.runs.get("rainbow", number);
  if (isRefusal(state)) throw new Error(state.message);
  return state;
}

function states(state: RunState): Record<string, string> {
  return Object.fromEntries(state.jobs.map((job) => [job.name, job.state]));
}

describe("a run of a branch", () => {
  it("validates and builds it, says that it passed, and deploys nothing", async () => {
    const { repository, pipeline, engine, operator } = await world();
    const sha = repository.add({ branch: "feature", files: files("a") });
    await operator.apps.notice("rainbow");
    await engine.clock.advance(1000);
    expect(await run(operator, 1)).toMatchObject({ outcome: "succeeded", started: { kind: "ci" } });
    expect(await pipeline.statuses.get("rainbow", sha)).toMatchObject({ state: "passed", run: 1 });
    expect((await stateOf(operator)).sides.blue?.release).toBeUndefined();
    await operator.stop();
  });

  it("may be merged by whoever sees that it has passed", async () => {
    const repository = new MemoryRepository();
    const pipeline = pipelineOf(repository);
    const seen: (string | undefined)[] = [];
    class WatchedStore extends MemoryEventStore {
      override async append<Event>(batch: Batch<Event>): Promise<Appended> {
        const finished = (batch.events as readonly { type?: string }[]).some(
          (event) => event.type === "RunFinished",
        );
        if (finished) seen.push((await pipeline.statuses.get("rainbow", sha))?.state);
        return super.append(batch);
      }
    }
    const engine = memoryEngine({ pipeline, store: new WatchedStore() });
    const operator = engine.operator();
    await operator.apps.configure(CONFIGURATION, by("admin"));
    const sha = repository.add({ branch: "feature", files: files("a") });
    operator.start();
    await engine.clock.advance(3000);
    expect(seen).toEqual(["passed"]);
    await operator.stop();
  });

  it("that fails says which job failed and why, and its commit has not passed", async () => {
    const { repository, pipeline, engine, operator } = await world();
    const broken = { ...CONFIGURATION, build: { ...CONFIGURATION.build, validate: "exit 3" } };
    const sha = repository.add({ branch: "feature", files: files("a", broken) });
    await engine.clock.advance(6000);
    const failed = await run(operator, 1);
    expect(failed.outcome).toBe("failed");
    expect(failed.because).toContain("`exit 3` exited with code 3");
    expect(states(failed)).toEqual({ validate: "failed", build: "skipped" });
    expect(await pipeline.statuses.get("rainbow", sha)).toMatchObject({ state: "failed" });
    await operator.stop();
  });

  it("with a configuration that can't be read fails with its problems", async () => {
    const { repository, engine, operator } = await world();
    repository.add({ branch: "feature", files: { "verdigris.yaml": "what?" } });
    await engine.clock.advance(6000);
    expect((await run(operator, 1)).because).toContain("verdigris.yaml:1:1");
    await operator.stop();
  });
});

describe("a run of a commit on master", () => {
  it("deploys to test and standby, asks, and flips once a person has approved", async () => {
    const { repository, engine, operator } = await world();
    repository.add({ branch: "master", files: files("a") });
    await engine.clock.advance(8000);
    const waiting = await run(operator, 1);
    expect(states(waiting)).toEqual({
      validate: "succeeded",
      build: "succeeded",
      apply: "succeeded",
      "deploy test": "succeeded",
      "deploy production": "succeeded",
      "request-flip production": "succeeded",
      "flip production": "running",
    });
    expect((await stateOf(operator, "rainbow/test")).sides.main?.release).toBeDefined();
    expect((await stateOf(operator)).live).toBe("green");
    const requestId = (await stateOf(operator)).requests.at(-1)?.id ?? "";
    await done(execute(operator, { type: "approve", requestId, meta: by("ben") }));
    await engine.clock.advance(70_000);
    expect((await stateOf(operator)).live).toBe("blue");
    expect(await run(operator, 1)).toMatchObject({ outcome: "succeeded" });
    await operator.stop();
  });

  it("asks the git host nothing while it waits for a person, and once after a restart", async () => {
    const { repository, pipeline, engine, operator } = await world();
    repository.add({ branch: "master", files: files("a") });
    await engine.clock.advance(8000);
    let asked = 0;
    const { statuses } = pipeline;
    const get = statuses.get.bind(statuses);
    statuses.get = (...of) => {
      asked += 1;
      return get(...of);
    };
    await engine.clock.advance(60_000);
    expect(asked).toBe(0);
    await operator.stop();
    const next = engine.operator();
    next.start();
    await engine.clock.advance(60_000);
    expect(asked).toBe(1);
    await next.stop();
  });

  it("that was overtaken ends as superseded, and its request can't be approved", async () => {
    const { repository, engine, operator } = await world();
    repository.add({ branch: "master", files: files("a") });
    await engine.clock.advance(8000);
    const older = (await stateOf(operator)).requests.at(-1)?.id ?? "";
    repository.add({ branch: "master", files: files("b") });
    await engine.clock.advance(8000);
    expect(await run(operator, 1)).toMatchObject({ outcome: "superseded" });
    const refused = await execute(operator, {
      type: "approve",
      requestId: older,
      meta: by("ben"),
    });
    expect(refused).toMatchObject({ kind: "refused", code: "stale_candidate" });
    expect(states(await run(operator, 2))["flip production"]).toBe("running");
    await operator.stop();
  });

  it("waits while an environment is frozen, and goes on by itself", async () => {
    const { repository, engine, operator } = await world();
    await done(execute(operator, { type: "freeze", meta: by("ben", { reason: "holidays" }) }));
    repository.add({ branch: "master", files: files("a") });
    await engine.clock.advance(8000);
    const waiting = (await run(operator, 1)).jobs.find((job) => job.name === "deploy production");
    expect(waiting).toMatchObject({ state: "running", note: expect.stringContaining("holidays") });
    await done(execute(operator, { type: "unfreeze", meta: by("ben") }));
    await engine.clock.advance(3000);
    expect(states(await run(operator, 1))["deploy production"]).toBe("succeeded");
    await operator.stop();
  });

  it("whose deployment fails says why, asks nobody, and leaves the standby as it was", async () => {
    const { repository, engine, operator } = await world();
    const sha = repository.add({ branch: "feature", files: files("a") });
    const built = await new MemoryBuilder(() => repository).build({
      app: "rainbow",
      commit: sha,
      build: CONFIGURATION.build,
      log: () => undefined,
      signal: new AbortController().signal,
    });
    engine.runtime.failing.set(built.artifact?.digest ?? "", "exit code 1: no such file");
    repository.point("master", sha);
    await engine.clock.advance(8000);
    const failed = await run(operator, 2);
    expect(failed).toMatchObject({ outcome: "failed" });
    expect(failed.because).toContain("exit code 1: no such file");
    const state = await stateOf(operator);
    expect(state.requests).toEqual([]);
    expect(state.sides.blue?.release).toBeUndefined();
    await operator.stop();
  });

  it("tells of a merge who wrote what it brings", async () => {
    const { repository, engine, operator } = await world();
    const base = repository.add({ branch: "master", files: files("a") });
    const branch = repository.add({
      branch: "feature",
      files: files("b"),
      parents: [base],
      message: "Paint it blue",
      author: { name: "Grace", email: "grace@example.com" },
    });
    repository.add({
      branch: "master",
      files: files("b"),
      parents: [base, branch],
      message: "Merge branch 'feature'",
    });
    await engine.clock.advance(8000);
    const runs = await operator.runs.list("rainbow", { limit: 10 });
    const merged = runs.find((one) => one.started?.branch === "master");
    expect(merged?.started).toMatchObject({
      subject: "Paint it blue",
      author: { name: "Grace" },
    });
    await operator.stop();
  });

  it("goes on where a stopped operator left it, and does nothing twice", async () => {
    const { repository, engine, operator } = await world();
    engine.runtime.isHeldBack = true;
    repository.add({ branch: "master", files: files("a") });
    await engine.clock.advance(8000);
    expect(states(await run(operator, 1))["deploy production"]).toBe("running");
    await operator.stop();
    engine.runtime.isHeldBack = false;
    const next = engine.operator();
    next.start();
    await engine.clock.advance(8000);
    expect(states(await run(next, 1))["flip production"]).toBe("running");
    const history = await next.environments.history(PRODUCTION, { limit: 100 });
    const deploys = isRefusal(history)
      ? []
      : history.filter(({ batch }) => batch.command.type === "deploy");
    expect(deploys).toHaveLength(1);
    await next.stop();
  });
});

it("a repository that can't be read keeps no environment from going on", async () => {
  const { repository, engine, operator } = await world();
  repository.heads = () => Promise.reject(new Error("refs/heads/master is damaged"));
  const other = engine.operator();
  const deploy = { type: "deploy", release: release("a"), meta: by("ci") } as const;
  await done(execute(other, deploy));
  await engine.clock.advance(15_000);
  expect((await stateOf(operator)).sides.blue?.release?.id).toBe("aaaaaaa");
  expect(engine.logged.join()).toContain("new commits of rainbow can't be looked for");
  await operator.stop();
});
