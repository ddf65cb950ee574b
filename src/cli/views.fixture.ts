import type {
  CommandAnswer,
  EnvironmentView,
  FlipView,
  PlanView,
  ReleaseView,
  RequestView,
  RunView,
  SideView,
} from "../contract/api.ts";
import { NOW } from "./invocation.fixture.ts";

/** ISO time so many seconds after now. */
export function at(seconds: number): string {
  return new Date(NOW + seconds * 1000).toISOString();
}

export function release(id: string, subject: string): ReleaseView {
  return {
    id,
    commit: `${id}${"0".repeat(33)}`,
    digest: `sha256:${"d".repeat(64)}`,
    author: { name: "Ana", email: "ana@example.com" },
    subject,
  };
}

export const OLD = release("1111111", "Paint it blue");
export const NEW = release("2222222", "Paint it green");

export function side(change: Partial<SideView>): SideView {
  return {
    role: "standby",
    url: "http://127.0.1.2:8080",
    weight: 0,
    draining: false,
    hasBeenLive: true,
    tasks: { wanted: 2, healthy: 2, restarts: 0 },
    ...change,
  };
}

/** Blue is live with the old release, green holds the new one. */
export function environment(change: Partial<EnvironmentView> = {}): EnvironmentView {
  return {
    name: "rainbow/production",
    app: "rainbow",
    environment: "production",
    kind: "blue-green",
    revision: 41,
    record: "rainbow.test",
    preview: "standby.rainbow.test",
    ttlSeconds: 60,
    configurationHash: `sha256:${"c".repeat(64)}`,
    live: "blue",
    standby: "green",
    weights: { blue: 100, green: 0 },
    sides: {
      blue: side({ role: "live", weight: 100, release: OLD }),
      green: side({ release: NEW }),
    },
    records: { phase: "in-sync" },
    drift: [],
    ...change,
  };
}

export function singleEnvironment(): EnvironmentView {
  const { standby: _, preview: __, ...rest } = environment();
  return {
    ...rest,
    name: "rainbow/test",
    environment: "test",
    kind: "single",
    record: "test.rainbow.test",
    live: "main",
    weights: { main: 100 },
    sides: { main: side({ role: "live", weight: 100, release: NEW }) },
  };
}

export function flip(change: Partial<FlipView> = {}): FlipView {
  return {
    id: "production-42",
    kind: "flip",
    from: "blue",
    to: "green",
    release: NEW,
    steps: [{ weight: 100, bakeSeconds: 0 }],
    step: 0,
    revision: 42,
    phase: "decided",
    reached: { decided: at(0) },
    ...change,
  };
}

/** Just after the decision to make green live. */
export function flipping(change: Partial<FlipView> = {}): EnvironmentView {
  return environment({
    revision: 42,
    live: "green",
    standby: "blue",
    weights: { blue: 0, green: 100 },
    sides: {
      blue: side({ release: OLD }),
      green: side({ role: "live", weight: 100, release: NEW }),
    },
    flip: flip(change),
  });
}

export function request(change: Partial<RequestView> = {}): RequestView {
  return {
    id: "production-41",
    environment: "rainbow/production",
    side: "green",
    release: NEW,
    configurationHash: `sha256:${"c".repeat(64)}`,
    revision: 40,
    status: "open",
    requestedBy: "run 7",
    requestedAt: at(-60),
    expiresAt: at(86_400),
    approvalsRequired: 1,
    approvals: [],
    ...change,
  };
}

export function answer(change: Partial<CommandAnswer> = {}): CommandAnswer {
  return {
    commandId: "cli-1",
    revision: 42,
    repeated: false,
    changed: true,
    environment: environment({ revision: 42 }),
    ...change,
  };
}

export function plan(): PlanView {
  const record = (name: "blue" | "green", weight: number) => ({
    name: "rainbow.test",
    type: "A" as const,
    ttlSeconds: 60,
    values: [name === "blue" ? "127.0.1.2" : "127.0.1.3"],
    set: { id: name, weight },
  });
  return {
    environment: "rainbow/production",
    revision: 41,
    events: ["FlipStarted", "TrafficDecided"],
    live: { before: "blue", after: "green" },
    releases: { before: { green: "2222222" }, after: { green: "2222222" } },
    records: {
      before: [record("blue", 100), record("green", 0)],
      after: [record("blue", 0), record("green", 100)],
    },
    steps: [{ weight: 100, bakeSeconds: 600 }],
  };
}

export function run(change: Partial<RunView> = {}): RunView {
  return {
    number: 7,
    app: "rainbow",
    kind: "release",
    branch: "master",
    commit: NEW.commit,
    subject: NEW.subject,
    author: NEW.author,
    startedAt: at(-120),
    outcome: "running",
    jobs: [
      {
        name: "build",
        kind: "build",
        state: "succeeded",
        startedAt: at(-120),
        finishedAt: at(-110),
        log: "runs/7/build",
      },
      { name: "flip production", kind: "flip", environment: "production", state: "waiting" },
    ],
    ...change,
  };
}
