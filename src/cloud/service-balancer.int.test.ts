import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { createServer as createTcpServer } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freeListener } from "../adapters/local/cloud/local-cloud.fixture.ts";
import type { ListenerSpec } from "./control/protocol.ts";
import { ServiceBalancer } from "./service-balancer.ts";

const PATIENCE = { timeout: 20_000, interval: 10 };

let task: Server;
let held: ServerResponse[];
let balancer: ServiceBalancer;

beforeEach(async () => {
  held = [];
  task = createServer((request, response) => {
    if (request.url !== "/hold") return response.end("task");
    held.push(response);
    return response.write("begun ");
  }).listen(0, "127.0.0.1");
  await once(task, "listening");
  balancer = new ServiceBalancer("rainbow/production/blue", 40);
});

afterEach(async () => {
  await balancer.close(0);
  task.close();
  task.closeAllConnections();
});

function addTask(): void {
  const { port } = task.address() as AddressInfo;
  balancer.add({ id: "blue-1", host: "127.0.0.1", port, healthPath: "/" });
}

/** On a connection of its own. */
const get = ({ address, port }: ListenerSpec, path = "/") =>
  fetch(`http://${address}:${port}${path}`, { headers: { connection: "close" } });

const textAt = async (spec: ListenerSpec) => (await get(spec)).text();

const isRefused = (spec: ListenerSpec) =>
  textAt(spec).then(
    () => false,
    () => true,
  );

/** Has the address until the function it resolves with is called. */
async function taken({ address, port }: ListenerSpec): Promise<() => Promise<void>> {
  const rival = createTcpServer().listen(port, address);
  await once(rival, "listening");
  return async () => {
    rival.close();
    await once(rival, "close");
  };
}

describe("a listener that moves", () => {
  it("brings the tasks along, and what is open where it was ends in its own time", async () => {
    const [before, after] = [await freeListener(), await freeListener()];
    await balancer.listen(before);
    addTask();
    const open = await get(before, "/hold");
    await balancer.listen(after);
    expect(balancer.listener).toEqual(after);
    expect(await textAt(after)).toBe("task");
    await expect.poll(() => isRefused(before), PATIENCE).toBe(true);
    const { total } = balancer.requests;
    held[0]?.end("and ended");
    expect(await open.text()).toBe("begun and ended");
    await expect.poll(() => balancer.requests, PATIENCE).toEqual({ total, open: 0 });
    expect(total).toBeGreaterThanOrEqual(42);
  });

  it("still lets those in who had chosen it, and can move back at once", async () => {
    const [before, after] = [await freeListener(), await freeListener()];
    await balancer.listen(before);
    addTask();
    await balancer.listen(after);
    expect([await textAt(before), await textAt(after)]).toEqual(["task", "task"]);
    await balancer.listen(before);
    expect(await textAt(before)).toBe("task");
    await expect.poll(() => isRefused(after), PATIENCE).toBe(true);
    expect(await textAt(before)).toBe("task");
  });

  it("stays where it is when the new address is taken", async () => {
    const [before, after] = [await freeListener(), await freeListener()];
    const free = await taken(after);
    await balancer.listen(before);
    addTask();
    await expect(balancer.listen(after)).rejects.toThrow(/another process has it/);
    expect(balancer.listener).toEqual(before);
    expect(await textAt(before)).toBe("task");
    await free();
  });

  it("tells at its new place too of a task that gives no answer", async () => {
    const mute = createTcpServer((socket) => socket.on("error", () => socket.destroy()).resume());
    mute.listen(0, "127.0.0.1");
    await once(mute, "listening");
    const healthCheck = { intervalMs: 5, timeoutMs: 50, silentThreshold: 3 };
    balancer = new ServiceBalancer("rainbow/production/blue", 0, healthCheck);
    await balancer.listen(await freeListener());
    const told: number[] = [];
    const { port } = mute.address() as AddressInfo;
    const onSilent = (checks: number) => told.push(checks);
    balancer.add({ id: "blue-1", host: "127.0.0.1", port, healthPath: "/", onSilent });
    await expect.poll(() => told, PATIENCE).toEqual([3]);
    await balancer.listen(await freeListener());
    await expect.poll(() => told, PATIENCE).toEqual([3, 3]);
    mute.close();
  });

  it("loses a task that is removed while requests of it are open at both places", async () => {
    const [before, after] = [await freeListener(), await freeListener()];
    await balancer.listen(before);
    addTask();
    const open = await get(before, "/hold");
    await balancer.listen(after);
    const removed = balancer.remove("blue-1", 60_000);
    expect((await get(after)).status).toBe(503);
    held[0]?.end();
    await open.text();
    await removed;
  });
});

describe("a listener that is resumed", () => {
  it("listens as soon as its address is free, with the tasks added meanwhile", async () => {
    const spec = await freeListener();
    const free = await taken(spec);
    const faults: string[] = [];
    await balancer.resume(spec, (fault) => faults.push(fault));
    addTask();
    expect(balancer.listener).toEqual(spec);
    expect(balancer.fault).toMatch(/another process has it/);
    expect(faults).toEqual([balancer.fault]);
    expect(balancer.isHealthy).toBe(false);
    await free();
    await expect.poll(() => balancer.fault, PATIENCE).toBeUndefined();
    expect(await textAt(spec)).toBe("task");
    expect(balancer.isHealthy).toBe(true);
  });

  it("has no fault left once it listens elsewhere", async () => {
    const [before, after] = [await freeListener(), await freeListener()];
    const free = await taken(before);
    await balancer.resume(before, () => undefined);
    await balancer.listen(after);
    expect(balancer.fault).toBeUndefined();
    expect(balancer.listener).toEqual(after);
    await free();
  });
});
