import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { DriftAnswer, HistoryEntry, ReleaseDetailView } from "../contract/api.ts";
import { type CannedOperator, cannedOperator, no, ok } from "./canned-operator.fixture.ts";
import { SleepingClock, verdigris } from "./invocation.fixture.ts";
import { EXIT } from "./problem.ts";
import {
  answer,
  at,
  environment,
  flipping,
  NEW,
  OLD,
  plan,
  request,
  run,
  side,
  singleEnvironment,
} from "./views.fixture.ts";

const APP = "/apps/rainbow";
const PRODUCTION = `${APP}/environments/production`;

let operator: CannedOperator;

beforeEach(async () => {
  operator = await cannedOperator();
});

afterEach(() => operator.stop());

describe("status", () => {
  test("tells each environment compactly, the live side first, and the newest run", async () => {
    operator.on(
      `GET ${APP}/environments`,
      ok([singleEnvironment(), environment({ request: request() })]),
    );
    operator.on(`GET ${APP}/runs`, ok([run()]));
    const { code, stdout } = await call("status");
    expect(code).toBe(EXIT.done);
    expect(stdout).toBe(`rainbow/test  test.rainbow.test  ttl 60s, revision 41
  main (live)  100%  2222222 "Paint it green"  2/2 healthy

rainbow/production  rainbow.test  ttl 60s, revision 41
  blue (live)      100%  1111111 "Paint it blue"   2/2 healthy
  green (standby)  0%    2222222 "Paint it green"  2/2 healthy
  preview  standby.rainbow.test
  request  production-41 for 2222222 "Paint it green" on green (standby): open, 0 of 1 approvals, expires in 1d; \`verdigris approve production-41\` approves

run 7  running  master  2222222  "Paint it green"  Ana  2m ago
`);
    expect(operator.asked.find(({ path }) => path.endsWith("/runs"))?.query).toEqual({
      limit: "1",
    });
  });

  test("of the first flip names no way back, for there is none", async () => {
    const { green } = flipping().sides;
    operator.on(
      `GET ${APP}/environments/production`,
      ok({ ...flipping(), sides: { blue: side({}), ...(green && { green }) } }),
    );
    const { stdout } = await call("status production");
    expect(stdout).toContain("decided 0s ago");
    expect(stdout).not.toContain("goes back");
  });

  test.each([
    [flipping(), "flip     production-42 from blue (standby) to green (live): decided 0s ago"],
    [
      flipping({ phase: "blocked" }),
      "blocked; `verdigris resume production` or `verdigris abort production`",
    ],
    [
      flipping({ steps: [{ weight: 10, bakeSeconds: 1 }], step: 0 }),
      "`verdigris revert production` goes back",
    ],
    [
      environment({
        records: { phase: "blocked", blocked: { code: "drift", reason: "changed by hand" } },
      }),
      "records  blocked: changed by hand; `verdigris drift production --mend` mends the records and goes on",
    ],
    [
      environment({
        records: {
          phase: "blocked",
          blocked: { code: "records_exist", reason: "others' records" },
        },
      }),
      "records  blocked: others' records; `verdigris drift production --mend --dry-run` shows how they would be adopted",
    ],
    [
      environment({
        records: { phase: "blocked", blocked: { code: "forbidden", reason: "not allowed" } },
      }),
      "records  blocked: not allowed; `verdigris resume production`",
    ],
    [
      {
        ...flipping({ phase: "blocked" }),
        records: { phase: "blocked", blocked: { code: "drift", reason: "changed by hand" } },
      },
      ": blocked; `verdigris drift production --mend` mends the records and goes on\n",
    ],
    [
      environment({ readOnly: { revision: 42, because: "holds the event X. Upgrade this one" } }),
      "read-only  revision 42 of its log holds the event X. Upgrade this one",
    ],
    [
      environment({ freeze: { by: "ana", reason: "sale", at: at(-60) } }),
      "freeze   frozen by ana 1m ago: sale; `verdigris unfreeze production` lifts it",
    ],
    [
      environment({ drift: [{ kind: "records", expected: "a", found: "b", mend: "verdigris x" }] }),
      "drift    expected a, found b; `verdigris x` mends it",
    ],
    [environment({ request: request({ status: "approved", run: 7 }) }), "run 7 carries it out"],
    [
      environment({ request: request({ status: "approved" }) }),
      "`verdigris flip production` carries it out",
    ],
    [
      environment({ request: request({ status: "void", closedBecause: "a new release" }) }),
      "green (standby): void, a new release",
    ],
    [standby({ draining: true }), "draining"],
    [
      standby({
        deployment: { id: "production-40", release: NEW, state: "in-flight", startedAt: at(-9) },
      }),
      "deploying 2222222, begun 9s ago",
    ],
    [
      standby({
        deployment: {
          id: "production-40",
          release: NEW,
          state: "failed",
          startedAt: at(-9),
          reason: "exit 7",
        },
      }),
      "deployment of 2222222 failed: exit 7",
    ],
    [standby({ tasks: { wanted: 2, healthy: 1, restarts: 0 } }), "1/2 healthy"],
    [
      standby({
        tasks: {
          wanted: 2,
          healthy: 1,
          restarts: 3,
          lastExit: { at: at(-9), reason: "green-2 was ended by SIGKILL: no memory" },
        },
      }),
      "3 restarts, the last 9s ago: green-2 was ended by SIGKILL: no memory",
    ],
    [standbyWithoutTasks(), "tasks unknown"],
  ])("says what is going on or wrong (%#)", async (view, line) => {
    operator.on(`GET ${PRODUCTION}`, ok(view));
    const { stdout } = await call("status production");
    expect(stdout).toContain(line);
  });

  test("colours the sides as they are called, on a terminal that wants it", async () => {
    operator.on(`GET ${PRODUCTION}`, ok(environment()));
    const start = String.fromCharCode(27);
    const coloured = `${start}[34mblue (live)${start}[0m`;
    expect((await call("status production", { isTTY: true })).stdout).toContain(coloured);
    const plain = [
      await call("status production"),
      await call("status production --no-color", { isTTY: true }),
      await call("status production", { isTTY: true, env: { NO_COLOR: "1" } }),
      await call("status production", { isTTY: true, env: { TERM: "dumb" } }),
    ];
    for (const { stdout } of plain) expect(stdout).not.toContain(start);
  });

  test("lets no subject of a commit write on the terminal", async () => {
    const start = String.fromCharCode(27);
    const sly = { ...NEW, subject: `${start}[2Jgone` };
    operator.on(`GET ${PRODUCTION}`, ok(standby({ release: sly })));
    const { stdout } = await call("status production", { isTTY: true });
    expect(stdout).toContain("\\u001b[2Jgone");
  });
});

describe("runs", () => {
  test("lists the last ones, or shows one with its jobs", async () => {
    operator.on(`GET ${APP}/runs`, ok([run()]));
    operator.on(`GET ${APP}/runs/7`, ok(run()));
    expect((await call("runs --limit 3")).stdout).toContain("run 7  running  master");
    expect(operator.asked[0]?.query).toEqual({ limit: "3" });
    expect((await call("runs 7")).stdout).toContain("build            succeeded  10.0 s");
  });

  test.each([
    ["succeeded", EXIT.done],
    ["failed", EXIT.failed],
    ["rejected", EXIT.refused],
    ["superseded", EXIT.refused],
  ] as const)("with --watch follows the newest until it has %s", async (outcome, code) => {
    const building = run({ jobs: [{ name: "build", kind: "build", state: "running" }] });
    const built = run({ jobs: [{ name: "build", kind: "build", state: "succeeded" }] });
    operator.on(`GET ${APP}/runs`, ok([run()]));
    operator.on(
      `GET ${APP}/runs/7`,
      ok(building),
      ok(building),
      ok(built),
      ok({ ...built, outcome }),
    );
    const result = await call("runs --watch");
    expect(result.code).toBe(code);
    expect(result.stdout.match(/^build/gm)).toHaveLength(2);
    expect(result.stdout).toContain(`run 7  ${outcome}`);
  });

  test("with --watch --json prints a document for each change", async () => {
    const ended = run({ outcome: "succeeded" });
    operator.on(`GET ${APP}/runs/7`, ok(run()), ok(run()), ok(ended));
    const result = await call("runs 7 --watch --json");
    expect(result.documents()).toEqual([run(), ended]);
  });

  test("with --watch that does not end in time is not yet done", async () => {
    operator.on(`GET ${APP}/runs/7`, ok(run()));
    expect((await call("runs 7 --watch --timeout 3s")).code).toBe(EXIT.notYet);
  });

  test("with --watch needs a run", async () => {
    operator.on(`GET ${APP}/runs`, ok([]));
    expect((await call("runs --watch")).code).toBe(EXIT.failed);
  });
});

describe("logs", () => {
  const path = `GET ${APP}/runs/7/logs`;
  const page = (lines: readonly string[], next: number, ended: boolean) =>
    ok({ lines, next, ended });

  test("of one job are read page by page", async () => {
    const full = Array.from({ length: 1_000 }, (_, i) => `line ${i}`);
    operator.on(path, page(full, 1_000, false), page(["last"], 1_001, false));
    const { stdout } = await call("logs 7 build");
    expect(stdout).toBe(`${[...full, "last"].join("\n")}\n`);
    expect(operator.asked.map(({ query }) => query)).toEqual([
      { job: "build", from: "0", limit: "1000" },
      { job: "build", from: "1000", limit: "1000" },
    ]);
  });

  test("of all jobs have a heading each", async () => {
    operator.on(`GET ${APP}/runs/7`, ok(run()));
    operator.on(path, page(["one", "two"], 2, true));
    expect((await call("logs 7")).stdout).toBe("== build\none\ntwo\n\n");
    const result = await call("logs 7 --json");
    expect(result.documents()).toEqual([
      [{ job: "build", lines: ["one", "two"], next: 2, ended: true }],
    ]);
  });

  test("with --follow go on from job to job until the run has ended", async () => {
    const test_ = { name: "validate", kind: "validate", state: "running", log: "x" } as const;
    const jobs = [...run().jobs, test_];
    operator.on(
      `GET ${APP}/runs/7`,
      ok(run()),
      ok(run()),
      ok(run({ jobs })),
      ok(run({ jobs, outcome: "succeeded" })),
    );
    operator.on(path, page(["a"], 1, false), page([], 1, false), page(["b"], 2, true));
    const { code, stdout } = await call("logs 7 --follow");
    expect(code).toBe(EXIT.done);
    expect(stdout).toBe("== build\na\nb\n== validate\nb\n");
  });

  test("with --follow --json are a document for each line", async () => {
    operator.on(path, page(["a"], 1, false), page(["b"], 2, true));
    const result = await call("logs 7 build --follow --json");
    expect(result.documents()).toEqual([
      { job: "build", line: "a" },
      { job: "build", line: "b" },
    ]);
  });

  test("with --follow that don't end in time are not yet done", async () => {
    operator.on(path, page([], 0, false));
    expect((await call("logs 7 build --follow --timeout 3s")).code).toBe(EXIT.notYet);
  });

  const sides = `GET ${APP}/environments/production/logs`;
  const blue = { side: "blue", role: "live", lines: ["one", "two"] };

  test("of an environment are those of its sides, with what they are", async () => {
    operator.on(sides, ok([blue, { side: "green", role: "standby", lines: ["three"] }]));
    const { code, stdout } = await call("logs production");
    expect(code).toBe(EXIT.done);
    expect(stdout).toBe("== blue (live)\none\ntwo\n\n== green (standby)\nthree\n\n");
    expect(operator.asked.at(-1)?.query).toEqual({ lines: "100" });
  });

  test("of one side are asked for by its colour", async () => {
    operator.on(sides, ok([blue]));
    const result = await call("logs rainbow/production blue --lines 2 --json");
    expect(result.documents()).toEqual([[blue]]);
    expect(operator.asked.at(-1)?.query).toEqual({ lines: "2", side: "blue" });
  });

  test("that can't be read are a failure with the reason, and the others are printed", async () => {
    const fault = "logs:FilterLogEvents is not allowed";
    operator.on(sides, ok([blue, { side: "green", role: "standby", lines: [], fault }]));
    const { code, stdout, stderr } = await call("logs production");
    expect(code).toBe(EXIT.failed);
    expect(stdout).toContain("one\ntwo\n");
    expect(stderr).toBe(`${fault}\n`);
  });
});

describe("history", () => {
  const entry: HistoryEntry = {
    revision: 42,
    at: at(0),
    command: "flip",
    commandId: "cli-1",
    by: "ana@example.com",
    via: "api",
    from: "10.0.0.7",
    reason: "the sale",
    events: [{ type: "FlipStarted" }],
    before: { live: "blue", weights: { blue: 100, green: 0 }, releases: { green: "1111111" } },
    after: { live: "green", weights: { green: 100, blue: 0 }, releases: { green: "2222222" } },
  };

  test("is a line for each decision: when, who, what, what changed and why", async () => {
    operator.on(`GET ${PRODUCTION}/history`, ok([entry, { ...entry, after: entry.before }]));
    const { stdout } = await call("history production --limit 2");
    expect(stdout.split("\n")[0]).toBe(
      `42  ${at(0)}  ana@example.com  api 10.0.0.7  flip: FlipStarted  live blue -> green; weights blue 100% green 0% -> blue 0% green 100%; green 1111111 -> 2222222  "the sale"`,
    );
    expect(stdout.split("\n")[1]).not.toContain("->");
    expect(operator.asked[0]?.query).toEqual({ limit: "2" });
  });
});

describe("drift", () => {
  const item = { kind: "records", expected: "a", found: "b", mend: "verdigris mend" } as const;
  const found = (drift: DriftAnswer["drift"], settled = true): DriftAnswer => ({
    environment: "rainbow/production",
    revision: 41,
    checkedAt: at(0),
    settled,
    drift,
  });

  test.each([
    [found([]), EXIT.done],
    [found([item]), EXIT.refused],
    [found([item], false), EXIT.refused],
    [found([], false), EXIT.notYet],
  ])("has an exit code for what is found (%#)", async (drift, code) => {
    operator.on(`GET ${PRODUCTION}/drift`, ok(drift));
    const result = await call("drift production --json");
    expect(result.code).toBe(code);
    expect(result.documents()).toEqual([drift]);
  });

  test("is listed, with each command that mends it said once", async () => {
    const side = {
      kind: "side",
      side: "green",
      expected: "c",
      found: "d",
      mend: "deploy",
    } as const;
    operator.on(`GET ${PRODUCTION}/drift`, ok(found([item, item, side])));
    expect((await call("drift production")).stdout).toBe(`rainbow/production at revision 41: drift
  records
    expected a
    found    b
  records
    expected a
    found    b
  \`verdigris mend\` mends it
  side green
    expected c
    found    d
  \`deploy\` mends it
`);
  });

  test("is shown before it is mended", async () => {
    operator.on(`GET ${PRODUCTION}/drift`, ok(found([item])));
    operator.on(`POST ${PRODUCTION}/drift/mend`, ok(answer()));
    const { code, stdout } = await call("drift production --mend --reason tidy");
    expect(code).toBe(EXIT.done);
    expect(stdout).toMatch(/expected a\n.*found {4}b\n[\s\S]*mending what differs/);
    expect(operator.bodiesOf(`POST ${PRODUCTION}/drift/mend`)).toMatchObject([{ reason: "tidy" }]);
  });

  test("that is none needs no mending", async () => {
    operator.on(`GET ${PRODUCTION}/drift`, ok(found([])));
    expect((await call("drift production --mend")).code).toBe(EXIT.done);
    expect(operator.asked).toHaveLength(1);
  });
});

describe("every answer", () => {
  const releases: readonly ReleaseDetailView[] = [
    { ...OLD, builtBy: "run 6", builtAt: at(-60), run: 6, on: ["rainbow/production blue (live)"] },
  ];
  const key = { id: "k1", name: "ana", role: "approver", issuedAt: at(-60) };
  const merged = { branch: "topic", into: "master", commit: NEW.commit };
  const flipPlan = no(409, "approval_required", "Ask first.");

  test.each([
    ["status", `GET ${APP}/environments`, [environment()]],
    ["status production", `GET ${PRODUCTION}`, environment()],
    ["runs", `GET ${APP}/runs`, [run()]],
    ["runs 7", `GET ${APP}/runs/7`, run()],
    ["logs 7 build", `GET ${APP}/runs/7/logs`, { lines: ["a"], next: 1, ended: true }],
    ["releases", `GET ${APP}/releases`, releases],
    ["plan production", `GET ${PRODUCTION}/plan`, plan()],
    ["history production", `GET ${PRODUCTION}/history`, []],
    ["merge topic", `POST ${APP}/merge`, merged],
    ["resume production", `POST ${PRODUCTION}/resume`, answer()],
    ["abort production", `POST ${PRODUCTION}/abort`, answer()],
    ["freeze production", `POST ${PRODUCTION}/freeze`, answer()],
    ["unfreeze production", `POST ${PRODUCTION}/unfreeze`, answer()],
    ["revert production --to blue", `POST ${PRODUCTION}/revert`, answer()],
    ["deploy production --release 2222222", `POST ${PRODUCTION}/deployments`, answer()],
    ["deploy production --release 2 --dry-run", `POST ${PRODUCTION}/deployments`, plan()],
    ["request-flip production", `POST ${PRODUCTION}/flip-requests`, answer()],
    ["reject production-41", `POST ${PRODUCTION}/flip-requests/production-41/reject`, answer()],
    ["token list", "GET /keys", [key]],
    ["token create --name ana --role approver", "POST /keys", { ...key, key: "vg_secret" }],
    ["token revoke k1", "DELETE /keys/k1", { ...key, revokedAt: at(0) }],
  ])("of %s is printed as it came with --json, and in words without", async (line, route, came) => {
    operator.on(`GET ${APP}/runs`, ok([]));
    operator.on(route, ok(came));
    const result = await call(`${line} --json`);
    expect(result.documents()).toEqual([came]);
    expect(result.code).toBe(EXIT.done);
    expect((await call(line)).stdout).not.toContain("{");
  });

  test("of a plan that would be refused is the refusal", async () => {
    operator.on(`GET ${PRODUCTION}/plan`, flipPlan);
    const { code, stderr } = await call("plan production");
    expect({ code, stderr }).toEqual({
      code: EXIT.refused,
      stderr: "refused (approval_required): Ask first.\n",
    });
  });

  test("of keys tells when each was used last", async () => {
    const used = { ...key, id: "k2", lastUsedAt: at(-30) };
    operator.on("GET /keys", ok([key, used]));
    const { stdout } = await call("token list");
    const [first, second] = stdout.trim().split("\n");
    expect(first).toMatch(/^k1 .*made .* ago +never used$/);
    expect(second).toMatch(/^k2 .*made .* ago +used .* ago$/);
  });

  test("a new key stands alone on stdout, so that a script can take it", async () => {
    operator.on("POST /keys", ok({ ...key, key: "vg_secret" }));
    const { stdout, stderr } = await call("token create --name ana --role approver");
    expect(stdout).toBe("vg_secret\n");
    expect(stderr).toContain("shown this once");
    expect(operator.bodiesOf("POST /keys")).toEqual([{ name: "ana", role: "approver" }]);
  });
});

function call(
  line: string,
  world: { readonly isTTY?: boolean; readonly env?: Readonly<Record<string, string>> } = {},
) {
  return verdigris(`${line} --app rainbow`, {
    ...world,
    env: { VERDIGRIS_SERVER: operator.url, ...world.env },
    clock: new SleepingClock(),
  });
}

function standby(change: Parameters<typeof side>[0]) {
  const { sides } = environment();
  return environment({ sides: { ...sides, green: side({ release: NEW, ...change }) } });
}

function standbyWithoutTasks() {
  const { tasks: _, ...green } = side({ release: NEW });
  return environment({ sides: { ...environment().sides, green } });
}
