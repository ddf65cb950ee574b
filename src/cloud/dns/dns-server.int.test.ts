import { createSocket } from "node:dgram";
import { Resolver } from "node:dns/promises";
import { once } from "node:events";
import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RecordSet } from "../../domain/records.ts";
import { type DnsOptions, type DnsServer, startDns } from "./dns-server.ts";
import { askUdp, framed, openTcp, query, responses, untilClosed } from "./test-client.ts";

const FENCE = "fence.rainbow.test";

let folder: string;
let started: DnsServer[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "dns-"));
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((server) => server.stop()));
  await rm(folder, { recursive: true });
});

async function start(options: Partial<DnsOptions> = {}): Promise<DnsServer> {
  const server = await startDns({
    host: "127.0.0.1",
    port: 0,
    file: join(folder, "zones.json"),
    isHealthy: () => true,
    ...options,
  });
  started.push(server);
  return server;
}

async function startWith(...records: RecordSet[]): Promise<DnsServer> {
  const server = await start();
  await server.ensureZone("rainbow.test");
  const { kind } = await server.apply({ remove: [], add: records });
  expect(kind).toBe("accepted");
  return server;
}

function side(id: string, weight: number, value: string): RecordSet {
  return { name: "rainbow.test", type: "A", set: { id, weight }, ttlSeconds: 60, values: [value] };
}

function fence(revision: number): RecordSet {
  return { name: FENCE, type: "TXT", ttlSeconds: 0, values: [`revision=${revision}`] };
}

function text(name: string, length: number): RecordSet {
  return { name, type: "TXT", ttlSeconds: 0, values: ["x".repeat(length)] };
}

describe("the server", () => {
  test("answers Node's resolver, with long answers over TCP", async () => {
    const alias: RecordSet = {
      name: "standby.rainbow.test",
      type: "CNAME",
      ttlSeconds: 60,
      values: ["rainbow.test"],
    };
    const server = await startWith(
      side("blue", 100, "127.0.1.1"),
      side("green", 0, "127.0.1.2"),
      alias,
      text("big.rainbow.test", 5000),
    );
    const resolver = new Resolver({ timeout: 5000, tries: 2 });
    resolver.setServers([`127.0.0.1:${server.port}`]);
    expect(await resolver.resolve4("rainbow.test", { ttl: true })).toEqual([
      { address: "127.0.1.1", ttl: 60 },
    ]);
    expect(await resolver.resolve4("standby.rainbow.test")).toEqual(["127.0.1.1"]);
    expect(await resolver.resolveCname("standby.rainbow.test")).toEqual(["rainbow.test"]);
    expect(await resolver.resolveNs("rainbow.test")).toEqual(["ns.rainbow.test"]);
    expect((await resolver.resolveSoa("rainbow.test")).nsname).toBe("ns.rainbow.test");
    expect((await resolver.resolveTxt("big.rainbow.test")).flat().join("")).toBe("x".repeat(5000));
    await expect(resolver.resolve4("nope.rainbow.test")).rejects.toMatchObject({
      code: "ENOTFOUND",
    });
    await expect(resolver.resolve6("rainbow.test")).rejects.toMatchObject({ code: "ENODATA" });
    await expect(resolver.resolve4("example.com")).rejects.toMatchObject({ code: "EREFUSED" });
  });

  test("moves its answers with a flip", async () => {
    const server = await startWith(
      side("blue", 100, "127.0.1.1"),
      side("green", 0, "127.0.1.2"),
      fence(1),
    );
    const flip = await server.apply({
      remove: [side("blue", 100, "127.0.1.1"), side("green", 0, "127.0.1.2"), fence(1)],
      add: [side("blue", 0, "127.0.1.1"), side("green", 100, "127.0.1.2"), fence(2)],
    });
    expect(flip.kind).toBe("accepted");
    expect((await askUdp(server, query("rainbow.test", "A"))).answers).toMatchObject([
      { data: "127.0.1.2" },
    ]);
    expect(server.records(["rainbow.test", FENCE, FENCE, "nope.rainbow.test"])).toEqual([
      side("blue", 0, "127.0.1.1"),
      side("green", 100, "127.0.1.2"),
      fence(2),
    ]);
  });

  test("asks for the health of sets at the time of the answer", async () => {
    const unhealthy = new Set<string>();
    const server = await start({ isHealthy: (check) => !unhealthy.has(check), random: () => 0 });
    await server.ensureZone("rainbow.test");
    const checked = (id: string, value: string) => ({ ...side(id, 50, value), healthCheck: id });
    await server.apply({
      remove: [],
      add: [checked("blue", "127.0.1.1"), checked("green", "127.0.1.2")],
    });
    expect((await askUdp(server, query("rainbow.test", "A"))).answers).toMatchObject([
      { data: "127.0.1.1" },
    ]);
    unhealthy.add("blue");
    expect((await askUdp(server, query("rainbow.test", "A"))).answers).toMatchObject([
      { data: "127.0.1.2" },
    ]);
  });

  test("says SERVFAIL and goes on when health can't be told", async () => {
    const problem = new Error("health is unknown");
    const server = await start({
      isHealthy: () => {
        throw problem;
      },
    });
    await server.ensureZone("rainbow.test");
    const checked = (id: string) => ({ ...side(id, 50, "127.0.1.1"), healthCheck: id });
    await server.apply({ remove: [], add: [checked("blue"), checked("green")] });
    expect(await askUdp(server, query("rainbow.test", "A"))).toMatchObject({ rcode: "SERVFAIL" });
    expect(await askUdp(server, query("rainbow.test", "SOA"))).toMatchObject({ rcode: "NOERROR" });
    expect(server.failures).toEqual({ count: 1, last: problem });
  });

  test("counts what it answers and drops responses silently", async () => {
    const server = await startWith(fence(1));
    const response = query(FENCE, "TXT", { id: 7 });
    response[2] = 0x80;
    expect((await askUdp(server, response, query(FENCE, "TXT", { id: 8 }))).id).toBe(8);
    const socket = await openTcp(server);
    socket.write(framed(query(FENCE, "TXT")));
    await responses(socket, 1);
    socket.destroy();
    expect(server.queries).toBe(2);
  });

  test("listens for UDP and TCP on one port and lets go of it when stopped", async () => {
    const server = await start();
    const socket = await openTcp(server);
    await Promise.all([untilClosed(socket), server.stop(), server.stop()]);
    const again = await start({ port: server.port });
    await again.ensureZone("rainbow.test");
    expect((await askUdp(again, query("rainbow.test", "NS"))).answers).toHaveLength(1);
    await expect(server.apply({ remove: [], add: [fence(1)] })).rejects.toMatchObject({
      name: "ZonesUnavailable",
    });
  });
});

describe("a port that is taken", () => {
  test("for UDP is an error that names it", async () => {
    const holder = createSocket("udp4").bind(0, "127.0.0.1");
    await once(holder, "listening");
    const { port } = holder.address();
    const error = await start({ port }).catch((reason: unknown) => reason);
    holder.close();
    expect(error).toMatchObject({ name: "DnsPortInUse", host: "127.0.0.1", port });
    expect(error).toHaveProperty("message", expect.stringContaining(String(port)));
  });

  test("for TCP is an error, and UDP is let go of", async () => {
    const holder = createServer().listen(0, "127.0.0.1");
    await once(holder, "listening");
    const address = holder.address();
    const port = typeof address === "object" && address !== null ? address.port : 0;
    await expect(start({ port })).rejects.toMatchObject({ name: "DnsPortInUse", port });
    await new Promise((closed) => holder.close(closed));
    expect((await start({ port })).port).toBe(port);
  });

  test.each(["0.0.0.0", "::", "localhost", ""])(
    "is not tried on %j, which is not one address",
    async (host) => {
      await expect(start({ host })).rejects.toMatchObject({ name: "NotOneAddress", host });
    },
  );
});

describe("what was accepted", () => {
  test("is there after a restart: zones, serials, records and changes", async () => {
    const first = await startWith(side("blue", 100, "127.0.1.1"), {
      ...fence(1),
      healthCheck: "f",
    });
    const change = await first.apply({
      remove: [{ ...fence(1), healthCheck: "f" }],
      add: [fence(2)],
    });
    const soa = await askUdp(first, query("rainbow.test", "SOA"));
    await first.stop();
    const second = await start();
    expect((await askUdp(second, query("rainbow.test", "SOA"))).answers).toEqual(soa.answers);
    expect(second.records(["rainbow.test", FENCE])).toEqual([
      side("blue", 100, "127.0.1.1"),
      fence(2),
    ]);
    expect(second.changeStatus(change.kind === "accepted" ? change.changeId : "")).toBe("in-sync");
    expect(second.changeStatus("other")).toBe("unknown");
  });

  test("counts a new zone's serial from the clock", async () => {
    const server = await start({ now: () => 1_800_000_000_999 });
    await server.ensureZone("rainbow.test");
    expect((await askUdp(server, query("rainbow.test", "SOA"))).answers).toMatchObject([
      { data: { serial: 1_800_000_000 } },
    ]);
  });

  test("is one of any changes made at once from the same fence", async () => {
    const server = await startWith(fence(0));
    const results = await Promise.all(
      Array.from({ length: 50 }, (_, n) =>
        server.apply({ remove: [fence(0)], add: [fence(n + 1)] }),
      ),
    );
    expect(results.map(({ kind }) => kind).sort()).toEqual([
      "accepted",
      ...Array(49).fill("refused"),
    ]);
    expect(server.records([FENCE])).toEqual([
      fence(results.findIndex(({ kind }) => kind === "accepted") + 1),
    ]);
  });

  test("is what was given, although the caller changes it afterwards", async () => {
    const server = await startWith(fence(0));
    const values = ["revision=1"];
    const result = server.apply({ remove: [fence(0)], add: [{ ...fence(1), values }] });
    values[0] = "revision=9";
    await result;
    expect(server.records([FENCE])).toEqual([fence(1)]);
  });
});

describe("what can't be saved", () => {
  test("is not made, and can be made once the disk is mended", async () => {
    const server = await startWith(fence(1));
    await rename(folder, `${folder}-away`);
    const error = await server
      .apply({ remove: [fence(1)], add: [fence(2)] })
      .catch((reason: unknown) => reason);
    const zone = await server.ensureZone("other.test").catch((reason: unknown) => reason);
    await rename(`${folder}-away`, folder);
    expect(error).toMatchObject({ name: "ZonesNotSaved", file: join(folder, "zones.json") });
    expect(zone).toMatchObject({ name: "ZonesNotSaved" });
    expect(server.records([FENCE])).toEqual([fence(1)]);
    expect(await askUdp(server, query("other.test", "SOA"))).toMatchObject({ rcode: "REFUSED" });
    expect(await server.apply({ remove: [fence(1)], add: [fence(2)] })).toMatchObject({
      kind: "accepted",
    });
  });

  test("beyond a thousand waiting changes is turned away", async () => {
    const server = await start();
    const nothing = { remove: [], add: [] };
    const results = await Promise.allSettled(
      Array.from({ length: 1001 }, () => server.apply(nothing)),
    );
    expect(results.filter(({ status }) => status === "fulfilled")).toHaveLength(1000);
    expect(results.at(-1)).toMatchObject({ reason: { name: "ZonesUnavailable" } });
    expect(await server.apply(nothing)).toMatchObject({ kind: "refused" });
  });

  test("is a zone with a bad name", async () => {
    const server = await start();
    await expect(server.ensureZone("Rainbow.test")).rejects.toMatchObject({
      name: "InvalidZone",
      zone: "Rainbow.test",
    });
  });
});

describe("a zones file", () => {
  const whole = {
    format: 1,
    zones: [{ name: "rainbow.test", serial: 1 }],
    records: [fence(1)],
    acceptedChanges: [],
  };
  test.each<[string, string, string]>([
    ["that is empty", "", "not valid JSON"],
    ["that is cut short", JSON.stringify(whole).slice(0, -9), "not valid JSON"],
    ["without zones", JSON.stringify({ ...whole, zones: undefined }), "zones"],
    [
      "with a record of an unknown type",
      JSON.stringify({ ...whole, records: [{ ...fence(1), type: "MX" }] }),
      "type",
    ],
    ["with a record outside its zones", JSON.stringify({ ...whole, zones: [] }), "in no zone"],
    [
      "with a bad record",
      JSON.stringify({ ...whole, records: [{ ...fence(1), values: [] }] }),
      "no value",
    ],
    [
      "with the same record twice",
      JSON.stringify({ ...whole, records: [fence(1), fence(1)] }),
      "already",
    ],
    ["with a bad zone", JSON.stringify({ ...whole, zones: [{ name: "", serial: 1 }] }), "zone"],
    ["of a newer version", JSON.stringify({ ...whole, format: 2 }), "newer version"],
  ])("%s is an error that names it, and is left as it is", async (_, content, problem) => {
    const file = join(folder, "zones.json");
    await writeFile(file, content);
    const error = await start().catch((reason: unknown) => reason);
    expect(error).toMatchObject({ name: "ZonesFileUnusable", file });
    expect(error).toHaveProperty("message", expect.stringContaining(file));
    expect(error).toHaveProperty("message", expect.stringContaining(problem));
    expect(await readFile(file, "utf8")).toBe(content);
  });
});
