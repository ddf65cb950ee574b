import { once } from "node:events";
import { connect, createServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import {
  freeListener,
  RunningCloud,
  startIn,
  Workplace,
} from "../adapters/local/cloud/local-cloud.fixture.ts";
import { LocalSideRuntime } from "../adapters/local/cloud/local-side-runtime.ts";
import { LocalTrafficZone } from "../adapters/local/cloud/local-traffic-zone.ts";
import type { ProcessSide, SideName } from "../domain/configuration.ts";
import type { RecordSet } from "../domain/records.ts";
import type { SideRef } from "../ports/side-runtime.ts";
import { processesOf } from "./tasks/observe.fixture.ts";
import { ConstantLoad, visit } from "./visitor.fixture.ts";

const PATIENCE = { timeout: 20_000, interval: 20 };
const environment = "rainbow/production";
const BLUE: SideRef = { environment, side: "blue" };
const GREEN: SideRef = { environment, side: "green" };

describe("a local cloud", () => {
  let running: RunningCloud;
  let runtime: LocalSideRuntime;
  let zone: LocalTrafficZone;
  let listeners: Readonly<Partial<Record<SideName, ProcessSide>>>;

  beforeEach(async () => {
    running = await RunningCloud.start();
    runtime = new LocalSideRuntime(running.client);
    zone = new LocalTrafficZone(running.client);
    listeners = { blue: await freeListener(), green: await freeListener() };
  });

  afterEach(() => running.close());

  async function deployed(side: SideRef, id: string, revision: number): Promise<void> {
    const listener = listeners[side.side];
    if (listener) await runtime.prepare({ ...side, runsOn: listener });
    await runtime.deploy(side, running.place.deployment(id, revision));
    const serving = async () => (await runtime.observe(side)).serving?.deploymentId;
    await expect.poll(serving, PATIENCE).toBe(id);
  }

  function weights(blue: number, green: number, healthChecked = false): readonly RecordSet[] {
    return Object.entries({ blue, green }).map(([id, weight]) => ({
      name: "rainbow.test",
      type: "A",
      set: { id, weight },
      ttlSeconds: 1,
      values: [listeners[id as SideName]?.address ?? ""],
      ...(healthChecked && { healthCheck: `${environment}/${id}` }),
    }));
  }

  async function records(remove: readonly RecordSet[], add: readonly RecordSet[]): Promise<void> {
    expect(await zone.apply({ remove, add })).toMatchObject({ kind: "accepted" });
  }

  const gatewayPort = () => running.cloud.status.gateway.port;

  it("moves visitors from side to side, and fails none of them", async () => {
    await deployed(BLUE, "first", 1);
    await deployed(GREEN, "second", 2);
    await records([], weights(100, 0));
    const load = new ConstantLoad(gatewayPort(), "rainbow.localhost", 8);
    await expect.poll(() => load.last, PATIENCE).toMatch(/^release-of-first /);

    await deployed(GREEN, "third", 3);
    await records(weights(100, 0), weights(0, 100));
    await expect.poll(() => load.last, PATIENCE).toMatch(/^release-of-third /);
    await deployed(GREEN, "fourth", 4);
    await expect.poll(() => load.last, PATIENCE).toMatch(/^release-of-fourth /);
    await records(weights(0, 100), weights(100, 0));
    await expect.poll(() => load.last, PATIENCE).toMatch(/^release-of-first /);

    await load.end();
    expect(load.failures).toEqual([]);
    expect(load.answered).toBeGreaterThan(100);
  });

  it("moves a side's listener to another port while visitors come, and fails none", async () => {
    await deployed(BLUE, "first", 1);
    await records([], weights(100, 0));
    const load = new ConstantLoad(gatewayPort(), "rainbow.localhost", 4);
    await expect.poll(() => load.last, PATIENCE).toMatch(/^release-of-first /);
    const before = listeners.blue;
    const after = await freeListener(before?.address);
    await runtime.prepare({ ...BLUE, runsOn: after });
    const answered = load.answered;
    await expect.poll(() => load.answered, PATIENCE).toBeGreaterThan(answered + 100);
    await load.end();
    expect(load.failures).toEqual([]);
    const moved = await fetch(`http://${after.address}:${after.port}/`);
    expect(await moved.text()).toMatch(/^release-of-first /);
    const left = () =>
      fetch(`http://${before?.address}:${before?.port}/`).then(
        () => false,
        () => true,
      );
    await expect.poll(left, PATIENCE).toBe(true);
  });

  it("leaves a side out of answers when its record names its health check and nothing runs", async () => {
    await deployed(BLUE, "first", 1);
    await runtime.prepare({ ...GREEN, runsOn: listeners.green ?? (await freeListener()) });
    await records([], weights(1, 255, true));
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => zone.ask("rainbow.test", "A")),
    );
    const values = answers.flatMap(([answer]) => answer?.values ?? []);
    expect([...new Set(values)]).toEqual([listeners.blue?.address]);
  });

  it("names what there is to visit to a visitor who asks for something else", async () => {
    await deployed(BLUE, "first", 1);
    await records([], weights(100, 0));
    const { status, body } = await visit(gatewayPort(), "elsewhere.localhost");
    expect(status).toBe(404);
    expect(body).toContain("http://rainbow.localhost");
  });

  it("comes back as it was, with the tasks that ran on", async () => {
    await deployed(BLUE, "first", 1);
    await records([], weights(100, 0));
    const before = await visit(gatewayPort(), "rainbow.test");
    await running.restart();
    expect(await visit(gatewayPort(), "rainbow.test")).toEqual(before);
    expect(await zone.observe(["rainbow.test"])).toEqual(weights(100, 0));
  });

  it("is stopped by its operator, answers until it has, and says so in its own process", async () => {
    await deployed(BLUE, "first", 1);
    expect(await processesOf(running.place.directory)).toHaveLength(1);
    await running.client.stop("stop");
    await running.cloud.stopped;
    await expect(running.client.status()).rejects.toThrow(/can't be reached/);
    expect(await processesOf(running.place.directory)).toEqual([]);
  });

  it("changes nothing while it stops, lets open requests end, and still says how it is", async () => {
    await deployed(BLUE, "first", 1);
    const { address, port } = listeners.blue ?? {};
    const open = await fetch(`http://${address}:${port}/hold`);
    const [task] = (await running.client.service("rainbow/production/blue"))?.serving?.tasks ?? [];
    await running.client.stop("keep");
    const wish = () => running.client.scale("rainbow/production/blue", 1);
    const refusal = () => wish().catch((error: unknown) => error);
    await expect.poll(refusal, PATIENCE).toMatchObject({ code: "unavailable" });
    expect(await running.client.status()).toEqual(running.cloud.status);
    await fetch(`http://127.0.0.1:${task?.port}/release`);
    expect(await open.text()).toBe("held");
    await running.cloud.stopped;
  });

  it("doesn't deploy to a side that it was not asked to prepare", async () => {
    await expect(runtime.deploy(BLUE, running.place.deployment("first", 1))).rejects.toMatchObject({
      code: "not_found",
    });
  });
});

describe("a local cloud that can't start", () => {
  let place: Workplace;

  beforeEach(async () => {
    place = await Workplace.make();
  });

  afterEach(() => place.remove());

  it("names the port that is taken and its flag, and leaves nothing behind", async () => {
    const rival = createServer().listen(0, "127.0.0.1");
    await once(rival, "listening");
    const bound = rival.address();
    const port = typeof bound === "object" && bound ? bound.port : 0;

    await expect(startIn(place.directory, { gateway: port })).rejects.toMatchObject({
      name: "PortTaken",
      port,
      message: expect.stringContaining("--port"),
    });
    await expect(startIn(place.directory, { dns: port })).rejects.toMatchObject({
      name: "PortTaken",
      port,
      message: expect.stringContaining("--dns-port"),
    });
    rival.close();
    await once(rival, "close");
    const cloud = await startIn(place.directory, { dns: port });
    expect(cloud.status.dns.port).toBe(port);
    await cloud.stop({ tasks: "keep" });
    const refused = connect(port, "127.0.0.1");
    await expect(once(refused, "connect")).rejects.toThrow("ECONNREFUSED");
  });

  it("because one has the directory says which process that is", async () => {
    const cloud = await startIn(place.directory);
    await expect(startIn(place.directory)).rejects.toMatchObject({
      name: "AlreadyRunning",
      pid: process.pid,
    });
    await cloud.stop({ tasks: "keep" });
  });
});
