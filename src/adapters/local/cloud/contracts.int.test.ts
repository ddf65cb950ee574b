import { expect } from "vitest";
import type { SideConfiguration } from "../../../domain/configuration.ts";
import { sideRuntimeContract } from "../../../ports/side-runtime.contract.ts";
import type { SideRef } from "../../../ports/side-runtime.ts";
import { trafficMeterContract } from "../../../ports/traffic-meter.contract.ts";
import { trafficZoneContract } from "../../../ports/traffic-zone.contract.ts";
import { freeListener, RunningCloud } from "./local-cloud.fixture.ts";
import { LocalSideRuntime } from "./local-side-runtime.ts";
import { LocalTrafficMeter } from "./local-traffic-meter.ts";
import { LocalTrafficZone } from "./local-traffic-zone.ts";

const environment = "rainbow/production";
const blue: SideRef = { environment, side: "blue" };
const green: SideRef = { environment, side: "green" };

trafficZoneContract("LocalTrafficZone", async () => {
  const running = await RunningCloud.start();
  return { zone: new LocalTrafficZone(running.client), close: () => running.close() };
});

sideRuntimeContract("LocalSideRuntime", async () => {
  const running = await RunningCloud.start();
  const listeners = { blue: await freeListener(), green: await freeListener() };
  return {
    runtime: new LocalSideRuntime(running.client),
    blue,
    green,
    listener: ({ side }) => (side === "blue" ? listeners.blue : listeners.green),
    deployment: (id, revision, fate) => running.place.deployment(id, revision, fate),
    close: () => running.close(),
  };
});

trafficMeterContract("LocalTrafficMeter", async () => {
  const running = await RunningCloud.start();
  const runtime = new LocalSideRuntime(running.client);
  const listeners = new Map<SideRef, SideConfiguration>();
  const serves = async (side: SideRef) => (await runtime.observe(side)).serving?.tasksHealthy;
  for (const side of [blue, green]) {
    const listener = await freeListener();
    listeners.set(side, listener);
    await runtime.prepare(side, listener);
    await runtime.deploy(side, running.place.deployment("first", 1));
  }
  for (const side of [blue, green]) {
    await expect.poll(() => serves(side), { timeout: 20_000, interval: 20 }).toBe(1);
  }
  const taskOf = async ({ environment, side }: SideRef) => {
    const status = await running.client.service(`${environment}/${side}`);
    return `http://127.0.0.1:${status?.serving?.tasks[0]?.port}`;
  };
  return {
    meter: new LocalTrafficMeter(running.client),
    blue,
    green,
    async begin(side) {
      const { address, port } = listeners.get(side) ?? {};
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
