import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type CannedOperator, cannedOperator, no, ok } from "./canned-operator.fixture.ts";
import { SleepingClock, verdigris } from "./invocation.fixture.ts";
import { EXIT } from "./problem.ts";
import { answer, at, environment, flipping, NEW, OLD, request, side } from "./views.fixture.ts";

const HERE = "/apps/rainbow/environments/production";
const ENVIRONMENT = `GET ${HERE}`;

const EXPIRED = { decided: at(0), "caches-expired": at(62.5) };
const QUIET = { ...EXPIRED, quiet: at(70) };

let operator: CannedOperator;
let clock: SleepingClock;

beforeEach(async () => {
  operator = await cannedOperator();
  clock = new SleepingClock();
  operator.on(ENVIRONMENT, ok(environment()));
});

afterEach(() => operator.stop());

describe("deploy", () => {
  const deployment = { id: "production-42", release: NEW, state: "in-flight", startedAt: at(0) };
  const deploying = (change: object) =>
    environment({
      sides: {
        blue: side({ role: "live", weight: 100, release: OLD }),
        green: { ...side({}), deployment: { ...deployment, ...change } as never },
      },
    });
  const begun = answer({ id: "production-42", environment: deploying({}) });

  test("tells the release and the side by colour and role", async () => {
    operator.on(`POST ${HERE}/deployments`, ok(begun));
    const { stdout } = await call("deploy production --release 2222222 --side green");
    expect(stdout).toContain(
      'deployment production-42 of 2222222 "Paint it green" to green (standby)',
    );
    expect(operator.bodiesOf(`POST ${HERE}/deployments`)).toMatchObject([
      { release: "2222222", side: "green" },
    ]);
  });

  test.each([
    [{ state: "succeeded" }, EXIT.done, ""],
    [{ state: "failed", reason: "exit 7" }, EXIT.failed, "failed: exit 7. Traffic was not touched"],
    [{ state: "in-flight" }, EXIT.notYet, "is still in flight"],
    [{ id: "production-50" }, EXIT.failed, "was followed by another"],
  ])("with --wait ends by what became of it: %j", async (change, code, message) => {
    operator.on(`POST ${HERE}/deployments`, ok(begun));
    operator.on(ENVIRONMENT, ok(deploying({})), ok(deploying(change)));
    const result = await call("deploy production --release 2222222 --wait");
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(message);
  });

  describe("where something is in flight", () => {
    const draining = no(409, "draining", "blue is draining");
    const line = "deploy production --release 2222222 --when-free";

    test("is refused at once unless it was told to wait", async () => {
      operator.on(`POST ${HERE}/deployments`, draining, ok(begun));
      expect((await call("deploy production --release 2222222")).code).toBe(EXIT.refused);
    });

    test.each(["draining", "deployment_in_flight", "flip_in_flight"] as const)(
      "waits for its turn with --when-free, under one command: %s",
      async (code) => {
        operator.on(
          `POST ${HERE}/deployments`,
          no(409, code, "busy"),
          no(409, code, "busy"),
          ok(begun),
        );
        const result = await call(line);
        expect(result).toMatchObject({ code: EXIT.done, stderr: "waiting: busy\n" });
        const ids = operator.bodiesOf(`POST ${HERE}/deployments`).map(({ commandId }) => commandId);
        expect(ids).toHaveLength(3);
        expect(new Set(ids).size).toBe(1);
      },
    );

    test("gives up at the deadline, with the reason", async () => {
      operator.on(`POST ${HERE}/deployments`, draining);
      const { code, stderr } = await call(`${line} --timeout 20s`);
      expect(code).toBe(EXIT.notYet);
      expect(stderr).toContain("not yet: blue is draining");
      expect(clock.elapsed()).toBe(20_000);
    });

    test.each([
      [no(409, "frozen", "frozen by ana")],
      [no(409, "drift", "has drifted")],
      [blocked()],
    ])("does not wait for what only a person can lift: %j", async (refusal) => {
      operator.on(`POST ${HERE}/deployments`, refusal, ok(begun));
      expect((await call(line)).code).toBe(EXIT.refused);
    });

    function blocked() {
      const error = { code: "flip_in_flight", message: "stuck", details: { blocked: {} } };
      return { status: 409, body: JSON.stringify({ error }) };
    }
  });
});

describe("a flip request", () => {
  const asked = answer({ id: "production-41", environment: environment({ request: request() }) });
  const having = (change: object) => ok(environment({ request: request(change) }));

  test("is shown with how to decide on it", async () => {
    operator.on(`POST ${HERE}/flip-requests`, ok(asked));
    const { code, stdout } = await call("request-flip production --release 2222222");
    expect(code).toBe(EXIT.done);
    expect(stdout).toContain("`verdigris approve production-41` approves");
    expect(operator.bodiesOf(`POST ${HERE}/flip-requests`)).toMatchObject([{ release: "2222222" }]);
  });

  test.each([
    [{ status: "approved" }, EXIT.done],
    [{ status: "flipped" }, EXIT.done],
    [{ status: "rejected", closedBecause: "ugly" }, EXIT.refused],
    [{ status: "void" }, EXIT.refused],
    [{ status: "expired" }, EXIT.refused],
    [{ status: "open" }, EXIT.notYet],
    [{ id: "production-50" }, EXIT.refused],
  ])("with --wait ends by what was decided: %j", async (change, code) => {
    operator.on(`POST ${HERE}/flip-requests`, ok(asked));
    operator.on(ENVIRONMENT, having({}), having(change));
    const result = await call("request-flip production --wait --json");
    expect(result.code).toBe(code);
    expect(result.documents()).toHaveLength(1);
  });

  test("is rejected with the reason", async () => {
    operator.on(`POST ${HERE}/flip-requests/production-41/reject`, ok(asked));
    const result = await call("reject production-41 --reason ugly");
    expect(result.code).toBe(EXIT.done);
    expect(operator.bodiesOf(`POST ${HERE}/flip-requests/production-41/reject`)).toMatchObject([
      { reason: "ugly" },
    ]);
  });
});

describe("approve", () => {
  const path = `${HERE}/flip-requests/production-41`;
  const approved = (change: object) =>
    answer({
      environment: environment({ request: request({ status: "approved", ...change }) }),
    });

  beforeEach(() => operator.on(`GET ${path}`, ok(request())));

  test("shows exactly what is approved before it approves", async () => {
    operator.on(`POST ${path}/approve`, ok(approved({})));
    const { code, stdout } = await call("approve rainbow/production-41");
    expect(code).toBe(EXIT.done);
    const shown = [
      "green (standby)",
      "2222222",
      NEW.commit,
      NEW.digest,
      "Paint it green",
      "Ana <ana@example.com>",
      "cccccccccccc",
      "40",
    ];
    for (const fact of shown) expect(stdout).toContain(fact);
    expect(operator.asked.map(({ method }) => method).at(-1)).toBe("POST");
  });

  test("approves nothing that it can't show", async () => {
    operator.on(`GET ${path}`, no(404, "unknown_request", "none"));
    const { code } = await call("approve production-41");
    expect(code).toBe(EXIT.refused);
    expect(operator.asked.filter(({ method }) => method === "POST")).toEqual([]);
  });

  test.each([
    [{ run: 7 }, "run 7 flips now"],
    [{}, "`verdigris flip production --request production-41` carries it out"],
    [{ status: "open", approvalsRequired: 2 }, "0 of 2 approvals: others must approve too"],
  ])("tells what happens next: %j", async (change, next) => {
    operator.on(`POST ${path}/approve`, ok(approved(change)));
    const { stdout } = await call("approve production-41");
    expect(stdout).toContain(next);
  });

  test("with --wait waits for the flip of the run, from its beginning to quiet", async () => {
    operator.on(`GET ${path}`, ok(request({ run: 7 })));
    operator.on(`POST ${path}/approve`, ok(approved({ run: 7 })));
    const requestId = "production-41";
    operator.on(
      ENVIRONMENT,
      ok(environment()),
      ok(approved({ run: 7 }).environment),
      ok(flipping({ requestId })),
      ok(flipping({ requestId, phase: "caches-expired", reached: EXPIRED })),
      ok(flipping({ requestId, phase: "quiet", reached: QUIET })),
    );
    const { code, stdout } = await call("approve production-41 --wait");
    expect(code).toBe(EXIT.done);
    expect(stdout).toContain("quiet after 70.0 s");
  });

  test("with --wait ends when the request is closed instead", async () => {
    operator.on(`GET ${path}`, ok(request({ run: 7 })));
    operator.on(`POST ${path}/approve`, ok(approved({ run: 7 })));
    operator.on(ENVIRONMENT, ok(approved({ status: "void" }).environment));
    expect((await call("approve production-41 --wait")).code).toBe(EXIT.refused);
  });

  test("with --wait keeps one deadline for the beginning and the phases", async () => {
    operator.on(`GET ${path}`, ok(request({ run: 7 })));
    operator.on(`POST ${path}/approve`, ok(approved({ run: 7 })));
    const waiting = ok(approved({ run: 7 }).environment);
    operator.on(
      ENVIRONMENT,
      ...Array.from({ length: 5 }, () => waiting),
      ok(flipping({ requestId: "production-41" })),
    );
    const { code } = await call("approve production-41 --wait --timeout 10s");
    expect(code).toBe(EXIT.notYet);
    expect(sum(clock.slept)).toBeCloseTo(10_000);
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
