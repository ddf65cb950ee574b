import { describe, expect, it } from "vitest";
import { blueGreen, release } from "../../../test/support/engine.ts";
import { History } from "../../../test/support/history.ts";
import { isRefusal } from "../refusal.ts";

function codeOf(answer: unknown): string {
  return isRefusal(answer) ? answer.code : "accepted";
}

describe("a deployment", () => {
  it("goes to the standby, never to the live side", () => {
    const history = History.withStandby();
    expect(codeOf(history.ask({ type: "deploy", release: release("b"), side: "green" }))).toBe(
      "not_standby",
    );
    expect(history.ask({ type: "deploy", release: release("b") })).toMatchObject([
      { type: "DeploymentStarted", deployment: { side: "blue" } },
    ]);
  });

  it("is refused while a flip is in flight, and to both sides", () => {
    const history = History.withStandby().approve();
    history.do({ type: "flip", to: "blue" });
    expect(codeOf(history.ask({ type: "deploy", release: release("b") }))).toBe("flip_in_flight");
  });

  it("is refused to the old side until it has drained", () => {
    const history = History.withStandby().approve();
    history.do({ type: "flip", to: "blue" }).settle();
    expect(codeOf(history.ask({ type: "deploy", release: release("b") }))).toBe("draining");
    history.complete();
    expect(codeOf(history.ask({ type: "deploy", release: release("b") }))).toBe("accepted");
  });

  it("is refused while another is in flight, while frozen, and over drift", () => {
    const busy = History.withStandby().do({ type: "deploy", release: release("b") });
    expect(codeOf(busy.ask({ type: "deploy", release: release("c") }))).toBe(
      "deployment_in_flight",
    );
    const frozen = History.withStandby().do({ type: "freeze" });
    expect(codeOf(frozen.ask({ type: "deploy", release: release("b") }))).toBe("frozen");
    const item = { kind: "side", side: "blue", expected: "a", found: "z", mend: "m" } as const;
    const drifted = History.withStandby().do({ type: "report-drift", drift: [item] });
    expect(codeOf(drifted.ask({ type: "deploy", release: release("b") }))).toBe("drift");
  });

  it("of a run that a newer run has overtaken is refused", () => {
    const history = History.configured();
    history.do({ type: "deploy", release: release("b"), run: 7 });
    const id = history.state.sides.blue?.deployment?.id ?? "";
    history.do({
      type: "report-deployment",
      side: "blue",
      deploymentId: id,
      result: { ok: true },
    });
    expect(codeOf(history.ask({ type: "deploy", release: release("a"), run: 6 }))).toBe(
      "superseded",
    );
  });

  it("that fails leaves the side's release as it was", () => {
    const history = History.withStandby("a").do({ type: "deploy", release: release("b") });
    const id = history.state.sides.blue?.deployment?.id ?? "";
    history.do({
      type: "report-deployment",
      side: "blue",
      deploymentId: id,
      result: { ok: false, reason: "exit code 1" },
    });
    expect(history.state.sides.blue).toMatchObject({
      release: { id: "aaaaaaa" },
      deployment: { state: "failed", reason: "exit code 1" },
    });
  });
});

describe("a flip request", () => {
  it("is bound to what it was shown: a newer release on the standby voids it", () => {
    const history = History.withStandby("a").approve().deploy("b");
    expect(history.state.requests.at(-1)).toMatchObject({ status: "void" });
    const refused = history.ask({ type: "flip", to: "blue", requestId: "production-5" });
    expect(isRefusal(refused)).toBe(true);
  });

  it("is void when the configuration changes", () => {
    const history = History.withStandby().approve();
    const configuration = blueGreen({ ttlSeconds: 30 });
    history.do({ type: "configure", configured: { configuration, hash: "h2" } });
    expect(history.state.requests.at(-1)?.status).toBe("void");
  });

  it("is stale when anything it was bound to has changed, voided or not", () => {
    const { state } = History.withStandby().approve();
    const later = new History({ ...state, basis: state.basis + 1 });
    expect(codeOf(later.ask({ type: "flip", to: "blue" }))).toBe("stale_candidate");
  });

  it("expires with its approvals", () => {
    const history = History.withStandby().approve();
    history.now += 86_400_000;
    expect(codeOf(history.ask({ type: "flip", to: "blue" }))).toBe("approval_expired");
  });

  it("counts each person once, and not the author where the policy says so", () => {
    const { flip } = blueGreen();
    const strict = blueGreen({
      flip: { ...flip, approvals: { required: 2, expiresSeconds: 60, authorMayApprove: false } },
    });
    const history = History.configured(strict).deploy("a");
    history.do({ type: "request-flip" });
    const requestId = history.state.requests.at(-1)?.id ?? "";
    const approve = (name: string) => ({
      type: "approve" as const,
      requestId,
      meta: { actor: { name, via: "api" as const } },
    });
    expect(codeOf(history.ask(approve("ANA@example.com")))).toBe("author_may_not_approve");
    history.do(approve("ben"));
    expect(codeOf(history.ask(approve("ben")))).toBe("already_approved");
    expect(codeOf(history.ask({ type: "flip", to: "blue" }))).toBe("approval_required");
    history.do(approve("cleo"));
    expect(codeOf(history.ask({ type: "flip", to: "blue" }))).toBe("accepted");
  });

  it("that was rejected can't be approved or flipped", () => {
    const history = History.withStandby().do({ type: "request-flip" });
    const requestId = history.state.requests.at(-1)?.id ?? "";
    history.do({ type: "reject", requestId });
    expect(codeOf(history.ask({ type: "approve", requestId }))).toBe("request_closed");
    expect(codeOf(history.ask({ type: "flip", to: "blue" }))).toBe("approval_required");
  });
});

describe("a flip", () => {
  it("names its target: to the live side it is refused", () => {
    const history = History.withStandby();
    expect(codeOf(history.ask({ type: "flip", to: "green" }))).toBe("already_live");
  });

  it("is refused at a revision that is not the present one", () => {
    const history = History.withStandby().approve();
    const refused = history.ask({ type: "flip", to: "blue", meta: { expectRevision: 1 } });
    expect(refused).toMatchObject({ code: "stale_revision", details: { expected: 1 } });
  });

  it("needs a release on the standby", () => {
    expect(codeOf(History.configured().ask({ type: "flip", to: "blue" }))).toBe(
      "nothing_on_standby",
    );
  });

  it("of another release than the one named is refused", () => {
    const history = History.withStandby("a").approve();
    const refused = history.ask({ type: "flip", to: "blue", releaseId: "bbbbbbb" });
    expect(codeOf(refused)).toBe("stale_candidate");
  });

  it("is refused while the standby is being deployed to or is frozen", () => {
    const busy = History.withStandby().do({ type: "deploy", release: release("b") });
    expect(codeOf(busy.ask({ type: "flip", to: "blue" }))).toBe("deployment_in_flight");
    const frozen = History.withStandby().approve().do({ type: "freeze" });
    expect(codeOf(frozen.ask({ type: "flip", to: "blue" }))).toBe("frozen");
  });

  it("needs nobody where the policy asks for no approval", () => {
    const { flip } = blueGreen();
    const free = blueGreen({
      flip: { ...flip, approvals: { ...flip.approvals, required: 0 } },
    });
    const history = History.configured(free).deploy("a");
    expect(codeOf(history.ask({ type: "flip", to: "blue" }))).toBe("accepted");
  });
});

describe("a revert", () => {
  it("works while frozen and while the old side drains, and needs no approval", () => {
    const history = History.withStandby("a").flip().deploy("b").approve();
    history.do({ type: "flip", to: "green" }).settle().do({ type: "freeze" });
    expect(history.ask({ type: "revert" })).toMatchObject([
      { type: "FlipStarted", kind: "revert", to: "blue" },
      { type: "TrafficDecided", weights: { blue: 100, green: 0 } },
    ]);
  });

  it("to a release that has not carried traffic is refused", () => {
    const history = History.withStandby("a").flip().deploy("b");
    expect(codeOf(history.ask({ type: "revert", to: "green" }))).toBe("nothing_to_revert");
  });

  it("is not possible to a side whose flip never reached the zone", () => {
    const history = History.withStandby("a").flip().deploy("b").approve();
    history.do({ type: "flip", to: "green" }).do({ type: "abort" }).settle().complete();
    expect(history.state.live).toBe("blue");
    expect(codeOf(history.ask({ type: "revert", to: "green" }))).toBe("nothing_to_revert");
  });
});

describe("a mend", () => {
  it("of a side waits for the deployment in flight to it", () => {
    const history = History.withStandby().do({ type: "deploy", release: release("b") });
    const found = { sides: [{ side: "blue" as const }] };
    expect(codeOf(history.ask({ type: "mend", found }))).toBe("deployment_in_flight");
  });
});

describe("a new configuration", () => {
  it("that changes nothing decides nothing", () => {
    const history = History.configured();
    const configured = { configuration: blueGreen(), hash: "h1" };
    expect(history.ask({ type: "configure", configured })).toEqual([]);
  });

  it("waits for a flip in flight", () => {
    const history = History.withStandby().approve().do({ type: "flip", to: "blue" });
    const configured = { configuration: blueGreen({ ttlSeconds: 5 }), hash: "h2" };
    expect(codeOf(history.ask({ type: "configure", configured }))).toBe("flip_in_flight");
  });

  it("that changes no record sends none", () => {
    const history = History.configured();
    const configured = { configuration: blueGreen({ deployTimeoutSeconds: 5 }), hash: "h2" };
    expect(history.ask({ type: "configure", configured })).toMatchObject([
      { type: "EnvironmentConfigured" },
    ]);
  });

  it("that comes later than a newer one changes nothing", () => {
    const history = History.configured();
    const configured = (ttlSeconds: number, appRevision: number) => ({
      configuration: blueGreen({ ttlSeconds }),
      hash: `ttl-${ttlSeconds}`,
      appRevision,
    });
    history.do({ type: "configure", configured: configured(5, 8) });
    expect(history.ask({ type: "configure", configured: configured(7, 6) })).toEqual([]);
    expect(history.ask({ type: "configure", configured: configured(7, 9) })).toHaveLength(2);
  });

  it("can't turn a blue-green environment into a single one", () => {
    const history = History.configured();
    const configuration = { ...blueGreen(), kind: "single" as const };
    expect(
      codeOf(history.ask({ type: "configure", configured: { configuration, hash: "h" } })),
    ).toBe("invalid_configuration");
  });
});
