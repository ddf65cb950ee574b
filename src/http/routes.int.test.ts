import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { approved, deployed } from "../../test/support/engine.ts";
import type { OperationId } from "../contract/routes.ts";
import { ROUTE_LIST, ROUTES } from "../contract/routes.ts";
import { refuse } from "../domain/refusal.ts";
import type { RunState } from "../domain/run/state.ts";
import { mustConform } from "./conformance.fixture.ts";
import { type Sent, type Served, served } from "./served.fixture.ts";

const PRODUCTION = "/api/v1/apps/rainbow/environments/production";
const digest = `sha256:${"b".repeat(64)}`;

const run: RunState = {
  app: "rainbow",
  number: 3,
  revision: 4,
  started: {
    kind: "release",
    branch: "master",
    commit: "b".repeat(40),
    author: { name: "Ana", email: "ana@example.com" },
    subject: "change b",
    jobs: [],
  },
  startedAt: Date.UTC(2026, 0, 1),
  jobs: [
    {
      name: "build",
      kind: "build",
      needs: [],
      state: "succeeded",
      startedAt: Date.UTC(2026, 0, 1),
      finishedAt: Date.UTC(2026, 0, 1, 0, 1),
      result: { releaseId: "bbbbbbb" },
    },
    { name: "apply", kind: "apply", needs: ["build"], state: "waiting", result: {} },
  ],
  commands: [],
};

/** Asked in this order; each leaves the world as the next one needs it. */
const STEPS: readonly (readonly [OperationId, string, Sent?])[] = [
  ["checkHealth", "/healthz", { role: null }],
  ["checkReadiness", "/readyz", { role: null }],
  ["readDocument", "/api/openapi.json", { role: null }],
  ["showStatusPage", "/", { role: null }],
  ["listApps", "/api/v1/apps"],
  [
    "configureApp",
    "/api/v1/apps/rainbow/configuration?dryRun=true",
    { body: "app: rainbow", headers: { "content-type": "text/yaml" } },
  ],
  ["mergeBranch", "/api/v1/apps/rainbow/merge", { body: { branch: "topic" } }],
  ["noticeCommits", "/api/v1/apps/rainbow/notice"],
  [
    "registerRelease",
    "/api/v1/apps/rainbow/releases",
    {
      body: {
        commit: "b".repeat(40),
        artifact: { digest, location: "/artifacts/b" },
        author: { name: "Ana", email: "ana@example.com" },
        subject: "change b",
        run: 3,
      },
    },
  ],
  ["deploy", `${PRODUCTION}/deployments`, { body: { release: "bbbbbbb", side: "blue" } }],
  ["listReleases", "/api/v1/apps/rainbow/releases"],
  ["requestFlip", `${PRODUCTION}/flip-requests`, { body: { release: "b".repeat(40) } }],
  ["getFlipRequest", `${PRODUCTION}/flip-requests/REQUEST`],
  ["reject", `${PRODUCTION}/flip-requests/REQUEST/reject`, { body: { reason: "not today" } }],
  ["requestFlip", `${PRODUCTION}/flip-requests`],
  ["approve", `${PRODUCTION}/flip-requests/REQUEST/approve`],
  ["getPlan", `${PRODUCTION}/plan`],
  ["flip", `${PRODUCTION}/flip`, { body: { to: "blue", release: "bbbbbbb" } }],
  ["listEnvironments", "/api/v1/apps/rainbow/environments"],
  ["abort", `${PRODUCTION}/abort`],
  ["freeze", `${PRODUCTION}/freeze`, { body: { reason: "holidays" } }],
  ["unfreeze", `${PRODUCTION}/unfreeze`],
  ["getEnvironment", PRODUCTION],
  ["getHistory", `${PRODUCTION}/history?limit=100`],
  ["getSideLogs", `${PRODUCTION}/logs?lines=5`],
  ["getDrift", `${PRODUCTION}/drift`],
  ["listRuns", "/api/v1/apps/rainbow/runs"],
  ["getRun", "/api/v1/apps/rainbow/runs/3"],
  ["getRunLog", "/api/v1/apps/rainbow/runs/3/logs?job=build"],
  ["listKeys", "/api/v1/keys"],
  ["issueKey", "/api/v1/keys", { body: { name: "ben", role: "approver" } }],
  ["revokeKey", "/api/v1/keys/KEY"],
  ["readMetrics", "/metrics"],
];

/** Asked further down, or in a file of their own. */
const ELSEWHERE: readonly OperationId[] = [
  "followEvents",
  "mendDrift",
  "receiveGitHub",
  "resume",
  "revert",
];

describe("every route", () => {
  let api: Served;

  beforeAll(async () => {
    api = await served({
      parts: (operator) => ({
        apps: {
          list: () => operator.apps.list(),
          get: (name) => operator.apps.get(name),
          configure: (...asked) => operator.apps.configure(...asked),
          merge: async (_, branch) => ({ into: "master", commit: `${branch}-merged` }),
          notice: async () => [{ branch: "master", commit: "c".repeat(40), run: 4 }],
        },
        runs: {
          list: async () => [run],
          get: async (app, number) =>
            number === 3 ? run : refuse("unknown_run", `${app} has no run ${number}.`),
          log: async (_, from, limit) => ["one", "two", "three"].slice(from, from + limit),
          locateLog: ({ job }) => `/logs/${job}.log`,
        },
      }),
    });
  });

  afterAll(() => api.stop());

  it("answers as its own document says", async () => {
    let request = "";
    let key = "";
    for (const [id, template, sent] of STEPS) {
      const { method, path, answer } = ROUTES[id];
      const asked = template.replace("REQUEST", request).replace("KEY", key);
      const got = await api.ask(method.toUpperCase(), asked, sent);
      expect(got.status, `${id}: ${got.text}`).toBe(200);
      const mediaType = answer.type === "json" ? "application/json" : answer.mediaType;
      expect(got.headers.get("content-type")).toContain(mediaType);
      expect(() => mustConform(method, path, 200, mediaType, got.json), id).not.toThrow();
      if (id === "requestFlip") request = got.json.id;
      if (id === "issueKey") key = got.json.id;
      await api.engine.clock.advance(300);
    }
  });

  it("is asked once at least", () => {
    const asked = new Set<OperationId>([...STEPS.map(([id]) => id), ...ELSEWHERE]);
    expect(ROUTE_LIST.map(([id]) => id).filter((id) => !asked.has(id))).toEqual([]);
  });
});

describe("routes that need another world", () => {
  let api: Served;

  beforeAll(async () => {
    api = await served();
  });

  afterAll(() => api.stop());

  async function mustAnswer(id: OperationId, path: string, body: unknown): Promise<void> {
    const got = await api.ask("POST", `${PRODUCTION}/${path}`, { body });
    expect(got.status, `${id}: ${got.text}`).toBe(200);
    mustConform("post", ROUTES[id].path, 200, "application/json", got.json);
    await api.engine.clock.advance(300);
  }

  it("resume, revert and mend answer as the document says", async () => {
    const { engine, operator } = api;
    for (const to of ["blue", "green"]) {
      await deployed(engine, operator, to === "blue" ? "a" : "b");
      await approved(operator);
      await mustAnswer("flip", "flip", { to });
      if (to === "blue") await engine.clock.advance(90_000);
    }
    engine.zone.refusal = { kind: "forbidden", reason: "no permission" };
    await mustAnswer("revert", "revert", { to: "blue", reason: "errors" });
    engine.zone.refusal = undefined;
    await mustAnswer("resume", "resume", {});
    await engine.clock.advance(90_000);
    const wanted = engine.zone.all();
    engine.zone.overwrite(wanted.filter(({ name }) => name !== "standby.rainbow.test"));
    await mustAnswer("mendDrift", "drift/mend", { reason: "somebody removed the preview" });
    expect(engine.zone.all()).toHaveLength(wanted.length);
  });
});
