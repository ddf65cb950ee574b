import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CannedOperator, cannedOperator, no, ok } from "./canned-operator.fixture.ts";
import { SleepingClock, verdigris } from "./invocation.fixture.ts";
import { EXIT } from "./problem.ts";
import {
  answer,
  at,
  environment,
  flip,
  flipping,
  plan,
  singleEnvironment,
} from "./views.fixture.ts";

const HERE = "/apps/rainbow/environments/production";
const ENVIRONMENT = `GET ${HERE}`;

const SUBMITTED = { decided: at(0), submitted: at(0.2) };
const IN_SYNC = { ...SUBMITTED, "in-sync": at(2.5) };
const EXPIRED = { ...IN_SYNC, "caches-expired": at(62.5) };
const QUIET = { ...EXPIRED, quiet: at(70) };

let operator: CannedOperator;
let clock: SleepingClock;

beforeEach(async () => {
  operator = await cannedOperator();
  clock = new SleepingClock();
  operator.on(ENVIRONMENT, ok(environment()));
});

afterEach(() => operator.stop());

describe("flip", () => {
  const decided = answer({ id: "production-42", environment: flipping() });

  test("names the standby and the revision that were seen, and never toggles", async () => {
    operator.on(`POST ${HERE}/flip`, ok(decided));
    const { code, stdout } = await call("flip production");
    expect(code).toBe(EXIT.done);
    expect(operator.bodiesOf(`POST ${HERE}/flip`)).toMatchObject([
      { to: "green", expectRevision: 41 },
    ]);
    expect(stdout).toContain(
      'flip production-42 from blue (standby) to green (live), release 2222222 "Paint it green"',
    );
  });

  test("sends all that is said and asks nothing before it", async () => {
    operator.on(`POST ${HERE}/flip`, ok(decided));
    const result = await call(
      "flip production --to green --release 2222222 --request production-41 --expect-revision 40 --reason sale --command-id mine --json",
    );
    expect(result.documents()).toEqual([decided]);
    expect(operator.asked).toHaveLength(1);
    expect(operator.bodiesOf(`POST ${HERE}/flip`)).toEqual([
      {
        to: "green",
        release: "2222222",
        request: "production-41",
        expectRevision: 40,
        reason: "sale",
        commandId: "mine",
      },
    ]);
  });

  test("of a single environment leaves the refusal to the operator", async () => {
    operator.on("GET /apps/rainbow/environments/test", ok(singleEnvironment()));
    operator.on("POST /apps/rainbow/environments/test/flip", no(409, "not_blue_green", "no"));
    const { code } = await call("flip test");
    expect(code).toBe(EXIT.refused);
  });

  test("with --dry-run shows what would change and nothing else", async () => {
    operator.on(`POST ${HERE}/flip`, ok(plan()));
    const { code, stdout } = await call("flip production --dry-run");
    expect(code).toBe(EXIT.done);
    expect(operator.bodiesOf(`POST ${HERE}/flip`)).toMatchObject([{ dryRun: true }]);
    expect(stdout.split("\n")).toEqual([
      "rainbow/production at revision 41: FlipStarted, TrafficDecided",
      "  -  live    blue",
      "  +  live    green",
      "  -  record  rainbow.test  A  60s  127.0.1.2  blue weight 100",
      "  -  record  rainbow.test  A  60s  127.0.1.3  green weight 0",
      "  +  record  rainbow.test  A  60s  127.0.1.2  blue weight 0",
      "  +  record  rainbow.test  A  60s  127.0.1.3  green weight 100",
      "  then 100%, kept for 600 s",
      "",
    ]);
  });

  test("with --wait tells each phase once, with the seconds since the decision", async () => {
    operator.on(`POST ${HERE}/flip`, ok(decided));
    operator.on(
      ENVIRONMENT,
      ok(flipping()),
      ok(flipping({ phase: "submitted", reached: SUBMITTED })),
      ok(flipping({ phase: "in-sync", reached: IN_SYNC })),
      ok(flipping({ phase: "in-sync", reached: IN_SYNC })),
      ok(flipping({ phase: "caches-expired", reached: EXPIRED })),
    );
    const { code, stdout } = await call("flip production --to green --wait");
    expect(code).toBe(EXIT.done);
    expect(stdout.split("\n").slice(1)).toEqual([
      "submitted after 0.2 s",
      "in-sync after 2.5 s",
      "caches-expired after 62.5 s",
      "",
    ]);
    expect(clock.slept).toEqual([250, 313, 391, 489]);
  });

  test.each([
    ["submitted", SUBMITTED],
    ["in-sync", IN_SYNC],
    ["quiet", QUIET],
  ] as const)("with --wait %s goes on exactly that far", async (phase, reached) => {
    operator.on(`POST ${HERE}/flip`, ok(decided));
    operator.on(ENVIRONMENT, ok(flipping()), ok(flipping({ phase, reached })));
    const result = await call(`flip production --to green --wait ${phase} --json`);
    expect(result.code).toBe(EXIT.done);
    expect(result.documents()).toEqual([{ ...decided, environment: flipping({ phase, reached }) }]);
  });

  test("that was completed meanwhile has reached every phase", async () => {
    const { flip: _, ...settled } = flipping();
    const lastFlip = flip({ reached: { decided: at(0) }, completedAt: at(90) });
    operator.on(`POST ${HERE}/flip`, ok(decided));
    operator.on(ENVIRONMENT, ok({ ...settled, lastFlip }));
    const { code } = await call("flip production --to green --wait in-sync");
    expect(code).toBe(EXIT.done);
  });

  test("in steps is waited for until its last step", async () => {
    const steps = [
      { weight: 10, bakeSeconds: 60 },
      { weight: 100, bakeSeconds: 0 },
    ];
    operator.on(`POST ${HERE}/flip`, ok(decided));
    operator.on(
      ENVIRONMENT,
      ok(flipping({ steps, phase: "in-sync", reached: IN_SYNC })),
      ok(flipping({ steps, step: 1, phase: "in-sync", reached: IN_SYNC })),
    );
    const { code, stdout } = await call("flip production --to green --wait in-sync");
    expect(code).toBe(EXIT.done);
    expect(stdout).toContain("step 1 of 2: 10% of traffic to green (live)");
    expect(stdout).toContain("step 2 of 2: 100% of traffic to green (live)");
  });

  test("that is not there by the deadline is not yet done, and goes on", async () => {
    operator.on(`POST ${HERE}/flip`, ok(decided));
    operator.on(ENVIRONMENT, ok(flipping({ phase: "in-sync", reached: IN_SYNC })));
    const { code, stderr } = await call("flip production --to green --wait --timeout 5s");
    expect(code).toBe(EXIT.notYet);
    expect(stderr).toContain("is in-sync, not yet caches-expired. It goes on by itself");
    expect(sum(clock.slept)).toBe(5_000);
    expect(Math.max(...clock.slept)).toBeLessThanOrEqual(2_000);
  });

  test("that waits for tasks says so", async () => {
    operator.on(`POST ${HERE}/flip`, ok(decided));
    operator.on(ENVIRONMENT, ok(flipping({ waitsFor: "1 of 2 tasks of green are healthy" })));
    const { stderr } = await call("flip production --to green --wait --timeout 5s");
    expect(stderr).toContain(
      "is decided (1 of 2 tasks of green are healthy), not yet caches-expired",
    );
  });

  test("waits ten minutes where no time is said", async () => {
    operator.on(`POST ${HERE}/flip`, ok(decided));
    operator.on(ENVIRONMENT, ok(flipping()));
    expect((await call("flip production --to green --wait")).code).toBe(EXIT.notYet);
    expect(sum(clock.slept)).toBe(600_000);
  });

  /** What a flip says that its records are blocked for; it has failed. */
  async function blockedBy(blocked: { readonly code: string; readonly reason: string }) {
    operator.on(`POST ${HERE}/flip`, ok(decided));
    operator.on(
      ENVIRONMENT,
      ok({ ...flipping({ phase: "blocked" }), records: { phase: "blocked", blocked } }),
    );
    const { code, stderr } = await call("flip production --to green --wait");
    expect(code).toBe(EXIT.failed);
    return stderr;
  }

  test("that is blocked is a failure with the reason and the two ways on", async () => {
    const stderr = await blockedBy({ code: "forbidden", reason: "no permission" });
    expect(stderr).toMatch(
      /no permission.*verdigris resume production.*verdigris abort production/,
    );
  });

  test("that is blocked by drift names the one way on", async () => {
    const stderr = await blockedBy({ code: "drift", reason: "changed by somebody else" });
    expect(stderr).toContain("`verdigris drift production --mend` mends the records and goes on.");
    expect(stderr).not.toMatch(/resume|abort/);
  });

  test("that another one ended is a failure that names it", async () => {
    operator.on(`POST ${HERE}/flip`, ok(decided));
    operator.on(ENVIRONMENT, ok(flipping({ id: "production-43", kind: "revert" })));
    const { code, stderr } = await call("flip production --to green --wait");
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain("was ended by revert production-43");
  });

  test("is waited for over a restart of the operator", async () => {
    operator.on(`POST ${HERE}/flip`, ok(decided));
    const broken = { status: 0, body: "", breaks: true } as const;
    const silent = Array.from({ length: 8 }, () => broken);
    operator.on(ENVIRONMENT, ...silent, ok(flipping({ phase: "quiet", reached: QUIET })));
    expect((await call("flip production --to green --wait")).code).toBe(EXIT.done);
  });

  test("is not waited for when the operator stays silent", async () => {
    operator.on(`POST ${HERE}/flip`, ok(decided));
    operator.on(ENVIRONMENT, { status: 0, body: "", breaks: true });
    expect((await call("flip production --to green --wait")).code).toBe(EXIT.failed);
    expect(sum(clock.slept)).toBeLessThan(40_000);
  });

  test("says that a repeat changed nothing", async () => {
    operator.on(`POST ${HERE}/flip`, ok({ ...decided, repeated: true }));
    const { stdout } = await call("flip production --to green --command-id mine");
    expect(stdout).toContain("carried out before, at revision 42");
  });
});

describe("revert and abort", () => {
  test("a revert lets the operator name the side, at the revision that was seen", async () => {
    operator.on(`POST ${HERE}/revert`, ok(answer({ id: "production-42" })));
    expect((await call("revert production")).code).toBe(EXIT.done);
    const [body] = operator.bodiesOf(`POST ${HERE}/revert`);
    expect(body).toMatchObject({ expectRevision: 41 });
    expect(body).not.toHaveProperty("to");
  });

  test("a revert to a side is sent as it is said", async () => {
    operator.on(`POST ${HERE}/revert`, ok(answer({ id: "production-42" })));
    await call("revert production --to blue --release 1111111");
    const [body] = operator.bodiesOf(`POST ${HERE}/revert`);
    expect(body).toMatchObject({ to: "blue", release: "1111111" });
    expect(body).not.toHaveProperty("expectRevision");
  });

  test("a revert with --dry-run shows what would change", async () => {
    operator.on(`POST ${HERE}/revert`, ok(plan()));
    const result = await call("revert production --dry-run --json");
    expect(result.documents()).toEqual([plan()]);
  });

  test("an abort is waited for like a flip", async () => {
    operator.on(`POST ${HERE}/abort`, ok(answer({ id: "production-42", environment: flipping() })));
    operator.on(ENVIRONMENT, ok(flipping({ kind: "abort", phase: "quiet", reached: QUIET })));
    const { code, stdout } = await call("abort production --wait");
    expect(code).toBe(EXIT.done);
    expect(stdout).toContain("caches-expired after 62.5 s");
  });
});

function call(line: string) {
  return verdigris(`${line} --app rainbow`, {
    env: { VERDIGRIS_SERVER: operator.url },
    clock,
  });
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
