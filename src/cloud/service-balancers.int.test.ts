import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { freeListener } from "../adapters/local/cloud/local-cloud.fixture.ts";
import type { ListenerSpec } from "./control/protocol.ts";
import { ServiceBalancers } from "./service-balancers.ts";

const BLUE = "rainbow/production/blue";
const GREEN = "rainbow/production/green";

let folder: string;
let file: string;
let balancers: ServiceBalancers;
let logged: string[];

const open = () => ServiceBalancers.open(file, (_level, message) => logged.push(message));

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "verdigris-listeners-"));
  file = join(folder, "listeners.json");
  logged = [];
  balancers = await open();
});

afterEach(async () => {
  await mkdir(folder, { recursive: true });
  await balancers.close(0);
  await rm(folder, { recursive: true });
});

const statusAt = async ({ address, port }: ListenerSpec) =>
  (await fetch(`http://${address}:${port}/`)).status;

describe("listeners", () => {
  it("are kept, and listen again after a restart", async () => {
    const [blue, green] = [await freeListener(), await freeListener()];
    await balancers.listen(BLUE, blue);
    await balancers.listen(GREEN, green);
    await balancers.close(0);
    balancers = await open();
    expect([await statusAt(blue), await statusAt(green)]).toEqual([503, 503]);
    expect(balancers.portAt(green.address)).toBe(green.port);
  });

  it("that can't listen after a restart don't take the others down", async () => {
    const [blue, green] = [await freeListener(), await freeListener()];
    await balancers.listen(BLUE, blue);
    await balancers.listen(GREEN, green);
    await balancers.close(0);
    const rival = createServer().listen(blue.port, blue.address);
    await once(rival, "listening");
    balancers = await open();
    expect(await statusAt(green)).toBe(503);
    const status = await balancers.status(BLUE);
    expect(status).toMatchObject({ listener: { address: blue.address, port: blue.port } });
    expect(status?.listenerFault).toContain(blue.address);
    expect(logged).toEqual([expect.stringContaining(`${BLUE} does not listen`)]);
    rival.close();
    const fault = async () => (await balancers.status(BLUE))?.listenerFault;
    await expect.poll(fault, { timeout: 20_000, interval: 10 }).toBeUndefined();
    expect(await statusAt(blue)).toBe(503);
  });

  it("of two services can't have one address, whatever their ports", async () => {
    const { address, port } = await freeListener();
    await balancers.listen(BLUE, { address, port });
    await expect(balancers.listen(GREEN, { address, port: port - 1 })).rejects.toMatchObject({
      code: "address_in_use",
      message: expect.stringContaining(BLUE),
    });
    expect(balancers.has(GREEN)).toBe(false);
  });

  it("that could not be kept are kept by the same wish again", async () => {
    const blue = await freeListener();
    await rm(folder, { recursive: true });
    await expect(balancers.listen(BLUE, blue)).rejects.toThrow(/a restart would forget it/);
    await mkdir(folder);
    await balancers.listen(BLUE, blue);
    expect(await readFile(file, "utf8")).toContain(blue.address);
  });
});

describe("request counts", () => {
  it("are on disk before they are told, so that a killed process's count never falls", async () => {
    const blue = await freeListener();
    await balancers.listen(BLUE, blue);
    await statusAt(blue);
    expect((await balancers.status(BLUE))?.requests.total).toBe(1);
    const killed = balancers;
    balancers = await ServiceBalancers.open(file, () => undefined);
    expect((await balancers.status(BLUE))?.requests.total).toBe(1);
    await killed.close(0);
  });

  it("are kept when everything stops", async () => {
    const blue = await freeListener();
    await balancers.listen(BLUE, blue);
    await statusAt(blue);
    await balancers.close(0);
    balancers = await open();
    expect((await balancers.status(BLUE))?.requests).toEqual({ total: 1, open: 0 });
  });

  it("are told even when they can't be saved, which is logged", async () => {
    const blue = await freeListener();
    await balancers.listen(BLUE, blue);
    await statusAt(blue);
    await rm(folder, { recursive: true });
    expect((await balancers.status(BLUE))?.requests.total).toBe(1);
    expect(logged).toEqual([expect.stringContaining(file)]);
  });
});

it.each([
  ["{", /not valid JSON/],
  [`{"format":2,"services":[]}`, /format/],
  [`{"format":1,"services":[{"service":"a/b/c","requests":-1}]}`, /requests/],
])("a file that holds %s is left as it is and named", async (content, problem) => {
  await writeFile(file, content);
  await expect(open()).rejects.toThrow(problem);
  await expect(open()).rejects.toThrow(file);
  expect(await readFile(file, "utf8")).toBe(content);
});
