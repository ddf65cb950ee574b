import { expect } from "vitest";
import { sideRuntimeContract } from "../../../ports/side-runtime.contract.ts";
import type { Side } from "../../../ports/side-runtime.ts";
import { trafficMeterContract } from "../../../ports/traffic-meter.contract.ts";
import { trafficZoneContract } from "../../../ports/traffic-zone.contract.ts";
import { freeListener, RunningCloud } from "./local-cloud.fixture.ts";
import { LocalSideRuntime } from "./local-side-runtime.ts";
import { LocalTrafficMeter } from "./local-traffic-meter.ts";
import { LocalTrafficZone } from "./local-traffic-zone.ts";

async function sides() {
  const side = async (environment: string, side: Side["side"]) => ({
    environment,
    side,
    runsOn: await freeListener(),
  });
  return {
    blue: await side("rainbow/production", "blue"),
    green: await side("rainbow/production", "green"),
    unknown: await side("rainbow/other", "main"),
  };
}

trafficZoneContract("LocalTrafficZone", async () => {
  const running = await RunningCloud.start();
  return { zone: new LocalTrafficZone(running.client), close: () => running.close() };
});

sideRuntimeContract("LocalSideRuntime", async () => {
  const running = await RunningCloud.start();
  return {
    runtime: new LocalSideRuntime(running.client),
    ...(await sides()),
    deployment: (id, revision, fate) => running.place.deployment(id, revision, fate),
    close: () => running.close(),
  };
});

trafficMeterContract("LocalTrafficMeter", async () => {
  const running = await RunningCloud.start();
  const runtime = new LocalSideRuntime(running.client);
  const { blue, green, unknown } = await sides();
  const serves = async (side: Side) => (await runtime.observe(side)).serving?.tasksHealthy;
  for (const side of [blue, green]) {
    await runtime.prepare(side);
    await runtime.deploy(side, running.place.deployment("first", 1));
  }
  for (const side of [blue, green]) {
    await expect.poll(() => serves(side), { timeout: 20_000, interval: 20 }).toBe(1);
  }
  const taskOf = async ({ environment, side }: Side) => {
    const status = await running.client.service(`${environment}/${side}`);
    return `http://127.0.0.1:${status?.serving?.tasks[0]?.port}`;
  };
  return {
    meter: new LocalTrafficMeter(running.client),
    blue,
    green,
    unknown,
    async begin(side) {
      const { address, port } = side.side === "blue" ? blue.runsOn : green.runsOn;
      const held = await fetch(`http://${address}:${port}/hold`);
      const task = await taskOf(side);
      return async () => {
        await fetch(`${task}/release`);
        await held.text();
      };
    },
    restart: () => running.restart(),
    close: () => running.close(),
  };
});
