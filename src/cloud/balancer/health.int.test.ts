import { describe, expect, it } from "vitest";
import { collectGarbage } from "../../machine/collect-garbage.fixture.ts";
import type { Target } from "../target-group.ts";
import {
  ask,
  balancerOf,
  refusingTarget,
  startRawTask,
  startTask,
  until,
} from "./proxy.fixture.ts";

const FAST = { intervalMs: 5, timeoutMs: 500, unhealthyThreshold: 2 };

/** A target that says what its health is; with a status of undefined it says nothing. */
async function patient(answer: { status: number | undefined; checks: number }) {
  const target = await startRawTask((socket, first) => {
    if (!first.startsWith("GET /own-health ")) {
      socket.end("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok");
      return;
    }
    answer.checks += 1;
    if (answer.status !== undefined) socket.end(`HTTP/1.1 ${answer.status} X\r\n\r\n`);
  });
  return { ...target, healthPath: "/own-health" };
}

it("a target becomes healthy and unhealthy as its checks go, and each change is told once", async () => {
  const answer: { status: number | undefined; checks: number } = { status: 399, checks: 0 };
  const told: string[] = [];
  const target = await patient(answer);
  const balancer = await balancerOf([target], {
    healthCheck: FAST,
    onHealthChange: (id, healthy) => told.push(`${id} ${healthy}`),
  });
  expect(balancer.targets()).toMatchObject([{ healthy: undefined }]);
  await until(() => balancer.healthyTargets().includes(target.id), "healthy");
  answer.status = 400;
  await until(() => balancer.targets()[0]?.healthy === false, "unhealthy: refused");
  answer.status = 200;
  await until(() => balancer.targets()[0]?.healthy === true, "healthy again");
  answer.status = undefined;
  await until(() => balancer.targets()[0]?.healthy === false, "unhealthy: silent");
  expect(told).toEqual([true, false, true, false].map((healthy) => `${target.id} ${healthy}`));
});

it("a target that hangs becomes unhealthy, though garbage is collected during its checks", async () => {
  const answer: { status: number | undefined; checks: number } = { status: 200, checks: 0 };
  const target = await patient(answer);
  const balancer = await balancerOf([target], { healthCheck: FAST });
  await until(() => balancer.healthyTargets().length === 1, "healthy");
  answer.status = undefined;
  const hung = answer.checks + 1;
  await until(() => answer.checks > hung, "a check that hangs");
  collectGarbage();
  await until(() => balancer.healthyTargets().length === 0, "unhealthy");
});

it("an unhealthy target gets no request while another is healthy", async () => {
  const answer = { status: 500, checks: 0 };
  const sick = await patient(answer);
  const well = await startTask((_, response) => response.end("well"));
  const balancer = await balancerOf([sick, well], { healthCheck: FAST });
  await until(() => balancer.healthyTargets().length === 1, "one healthy");
  await until(() => balancer.targets()[0]?.healthy === false, "one unhealthy");
  for (let i = 0; i < 10; i += 1) expect(await ask(balancer, "/")).toMatchObject({ body: "well" });
});

it("when all are unhealthy, all get requests", async () => {
  const sick = await Promise.all([500, 503].map((status) => patient({ status, checks: 0 })));
  const balancer = await balancerOf(sick, { healthCheck: FAST });
  const unhealthy = () => balancer.targets().every(({ healthy }) => healthy === false);
  await until(unhealthy, "all unhealthy");
  for (let i = 0; i < 4; i += 1) expect(await ask(balancer, "/")).toMatchObject({ body: "ok" });
  expect(balancer.healthyTargets()).toEqual([]);
});

it("a target that refuses connections is unhealthy", async () => {
  const balancer = await balancerOf([await refusingTarget("gone")], { healthCheck: FAST });
  await until(() => balancer.targets()[0]?.healthy === false, "unhealthy");
});

it("a removed target is not checked any more, and checks are not counted as requests", async () => {
  const answer = { status: 200, checks: 0 };
  const target = await patient(answer);
  const balancer = await balancerOf([target], { healthCheck: FAST });
  await until(() => answer.checks > 2, "checks");
  expect(balancer.requests()).toEqual({ total: 0, open: 0 });
  await balancer.remove(target.id, 0);
  const other = { status: 200, checks: 0 };
  balancer.add(await patient(other));
  await until(() => other.checks > 2, "checks of the other");
  const after = answer.checks;
  await until(() => other.checks > 6, "more checks of the other");
  expect(answer.checks).toBe(after);
});

describe("a target that gives no answer", () => {
  const CHECK = { ...FAST, timeoutMs: 100, silentThreshold: 3 };

  /** The target, with the numbers that are told. */
  function listened(target: Target) {
    const told: number[] = [];
    return { told, target: { ...target, onSilent: (checks: number) => told.push(checks) } };
  }

  it("is told of once, and again only after an answer", async () => {
    const answer: { status: number | undefined; checks: number } = { status: undefined, checks: 0 };
    const { told, target } = listened(await patient(answer));
    const balancer = await balancerOf([target], { healthCheck: CHECK });
    await until(() => told.length === 1, "the telling");
    const then = answer.checks;
    await until(() => answer.checks > then + 6, "more checks");
    expect(told).toEqual([3]);
    answer.status = 200;
    await until(() => balancer.healthyTargets().length === 1, "healthy");
    answer.status = undefined;
    await until(() => told.length === 2, "the telling again");
    expect(told).toEqual([3, 3]);
  });

  it("because nothing listens is told of", async () => {
    const { told, target } = listened(await refusingTarget("gone"));
    await balancerOf([target], { healthCheck: CHECK });
    await until(() => told.length === 1, "the telling");
  });

  it("because it closes the connection is told of", async () => {
    const { told, target } = listened(await startRawTask((socket) => socket.end()));
    await balancerOf([{ ...target, healthPath: "/" }], { healthCheck: CHECK });
    await until(() => told.length === 1, "the telling");
  });

  it.each([
    ["one of 503", "HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"],
    ["one that never ends", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n"],
    ["a switch", "HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: x\r\n\r\n"],
    ["one in no HTTP", "SSH-2.0-OpenSSH_9.6\r\n"],
  ])("but %s is left alone, and unhealthy", async (_, answer) => {
    let checks = 0;
    const { told, target } = listened(
      await startRawTask((socket) => {
        checks += 1;
        socket.write(answer);
      }),
    );
    const own = { ...target, healthPath: "/" };
    const balancer = await balancerOf([own], { healthCheck: { ...CHECK, timeoutMs: 300 } });
    await until(() => checks > 5, "checks");
    expect(balancer.targets()).toMatchObject([{ healthy: false }]);
    expect(told).toEqual([]);
  });
});
