import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from "vitest";
import { CloudClient } from "../adapters/local/cloud/cloud-client.ts";
import { freeListener, Workplace } from "../adapters/local/cloud/local-cloud.fixture.ts";
import { LocalSideRuntime } from "../adapters/local/cloud/local-side-runtime.ts";
import { LocalTrafficMeter } from "../adapters/local/cloud/local-traffic-meter.ts";
import { LocalTrafficZone } from "../adapters/local/cloud/local-traffic-zone.ts";
import type { SideRef } from "../ports/side-runtime.ts";
import type { CloudStatus } from "./control/protocol.ts";
import { processesOf } from "./tasks/observe.fixture.ts";
import { ConstantLoad, visit } from "./visitor.fixture.ts";

const PATIENCE = { timeout: 20_000, interval: 20 };
const BLUE: SideRef = { environment: "rainbow/production", side: "blue" };

let bundleFolder: string;
let program: string;
let place: Workplace;
let client: CloudClient;
let children: ChildProcess[];

beforeAll(async () => {
  bundleFolder = await mkdtemp(join(tmpdir(), "verdigris-local-cloud-"));
  program = join(bundleFolder, "local-cloud.mjs");
  const bundle = await rolldown({
    input: fileURLToPath(new URL("local-cloud-process.fixture.ts", import.meta.url)),
    platform: "node",
    plugins: [
      {
        name: "native code stays where it is",
        resolveId: (source) =>
          source === "libsql" ? { id: import.meta.resolve("libsql"), external: true } : undefined,
      },
    ],
  });
  await bundle.write({ file: program, format: "esm" });
  await bundle.close();
});

afterAll(() => rm(bundleFolder, { recursive: true }));

beforeEach(async () => {
  place = await Workplace.make();
  client = new CloudClient(place.directory);
  children = [];
});

afterEach(async () => {
  client.close();
  await Promise.all(children.map(killed));
  await place.remove();
});

function spawnCloud(dnsPort = 0, gatewayPort = 0) {
  const child = spawn(
    process.execPath,
    [program, place.directory, String(dnsPort), String(gatewayPort)],
    { stdio: ["ignore", "pipe", "pipe"] },
  );
  children.push(child);
  return child;
}

async function started(dnsPort?: number, gatewayPort?: number) {
  const child = spawnCloud(dnsPort, gatewayPort);
  const [line] = await once(createInterface(child.stdout), "line");
  return { child, status: JSON.parse(line) as CloudStatus };
}

async function killed(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, "exit");
  child.kill("SIGKILL");
  await exit;
}

it("tasks survive the local cloud's death, and the next one serves as before", async () => {
  const { child, status } = await started();
  const { dns, gateway } = status;
  const [runtime, zone] = [new LocalSideRuntime(client), new LocalTrafficZone(client)];
  const meter = new LocalTrafficMeter(client);
  const listener = await freeListener();
  await runtime.prepare({ ...BLUE, runsOn: listener });
  await runtime.deploy(BLUE, place.deployment("first", 1, "healthy", 2));
  const healthy = async () => (await runtime.observe(BLUE)).serving?.tasksHealthy;
  await expect.poll(healthy, PATIENCE).toBe(2);
  const record = { name: "rainbow.test", type: "A", ttlSeconds: 1 } as const;
  await zone.apply({ remove: [], add: [{ ...record, values: [listener.address] }] });

  const load = new ConstantLoad(gateway.port, "rainbow.localhost", 4);
  await expect.poll(() => load.answered, PATIENCE).toBeGreaterThan(50);
  expect(load.failures).toEqual([]);
  const [counted] = await meter.requestsBySide([BLUE]);
  const before = await client.service("rainbow/production/blue");
  await killed(child);
  await load.end();
  await expect(client.status()).rejects.toThrow(/can't be reached/);

  const next = await started(dns.port, gateway.port);
  expect(next.status).toEqual({ ...status, pid: next.child.pid });
  const after = await client.service("rainbow/production/blue");
  expect(after?.serving).toEqual(before?.serving);
  expect(after?.listener).toEqual(before?.listener);
  expect((await meter.requestsBySide([BLUE]))[0]?.total).toBeGreaterThanOrEqual(
    counted?.total ?? 1,
  );
  expect(await visit(gateway.port, "rainbow.test")).toMatchObject({
    status: 200,
    body: expect.stringMatching(/^release-of-first /),
  });
  expect(await zone.ask("rainbow.test", "A")).toMatchObject([{ values: [listener.address] }]);

  const exit = once(next.child, "exit");
  await client.stop("stop");
  expect(await exit).toEqual([0, null]);
  expect(await processesOf(place.directory)).toEqual([]);
});

it("of local clouds that start at once in a directory one serves, and the others say why not", async () => {
  const rivals = [spawnCloud(), spawnCloud(), spawnCloud()];
  const outcomes = rivals.map(async (child) => {
    const status = once(createInterface(child.stdout), "line").then(([line]) => ({ line }));
    const complaint = child.stderr.toArray().then((chunks) => ({
      complaint: Buffer.concat(chunks).toString(),
    }));
    return Promise.race([status, complaint]);
  });
  const told = await Promise.all(outcomes);
  const [ready, ...more] = told.flatMap((one) => ("line" in one ? [one.line] : []));
  expect(more).toEqual([]);
  const { pid } = JSON.parse(ready) as CloudStatus;
  const complaints = told.flatMap((one) => ("complaint" in one ? [one.complaint] : []));
  expect(complaints).toHaveLength(2);
  for (const complaint of complaints) expect(complaint).toMatch(/AlreadyRunning: .* already runs/);

  const late = spawnCloud();
  const complaint = Buffer.concat(await late.stderr.toArray()).toString();
  expect(complaint).toContain(`already runs as process ${pid}`);
  expect((await client.status()).pid).toBe(pid);
  expect((await stat(join(place.directory, "control.sock"))).mode & 0o777).toBe(0o600);
});
