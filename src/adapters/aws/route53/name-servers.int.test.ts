import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { SystemClock } from "../../local/system-clock.ts";
import { ManualClock } from "../../memory/manual-clock.ts";
import { askNameServers } from "./name-servers.ts";
import { within } from "./route53.fixture.ts";
import { ServedRecords } from "./served-records.fixture.ts";

const TXT = { Name: "_verdigris.rainbow.test.", Type: "TXT", TTL: 60 } as const;
const clock = new SystemClock();
const none = () => Promise.reject(new Error("the zone's own servers are not asked"));

let served: readonly ServedRecords[];
let mute: Socket;

beforeEach(async () => {
  served = await Promise.all(
    [1, 2].map(async (revision) => {
      const ResourceRecords = [{ Value: `"revision=${revision}"` }];
      const one = await ServedRecords.start("rainbow.test", () =>
        Promise.resolve([{ ...TXT, ResourceRecords }]),
      );
      await one.takeOver();
      return one;
    }),
  );
  mute = createSocket("udp4").bind(0, "127.0.0.1");
  await once(mute, "listening");
});

afterEach(async () => {
  mute.close();
  await Promise.all(served.map((one) => one.close()));
});

const addresses = () => served.map(({ address }) => address);

describe("the name servers of a zone", () => {
  it("are all asked, and each answers for itself", async () => {
    const ask = askNameServers({ clock, servers: addresses() });
    expect(await ask("_verdigris.rainbow.test", "TXT", none)).toEqual([
      { server: addresses()[0], rcode: "NOERROR", values: ["revision=1"], ttlSeconds: 60 },
      { server: addresses()[1], rcode: "NOERROR", values: ["revision=2"], ttlSeconds: 60 },
    ]);
  });

  it("are told by the names they have, though they are asked at their addresses", async () => {
    const [port] = addresses().map((address) => address.split(":")[1]);
    const ask = askNameServers({ clock, servers: [`localhost:${port}`] });
    const answers = await ask("_verdigris.rainbow.test", "TXT", none);
    expect(answers).toMatchObject([{ server: `localhost:${port}`, values: ["revision=1"] }]);
  });

  it("need not answer: the others' answers come in time", async () => {
    const manual = new ManualClock(0);
    const silent = `127.0.0.1:${mute.address().port}`;
    const ask = askNameServers({
      clock: manual,
      servers: [silent, addresses()[1] ?? ""],
      deadlineMs: 5_000,
    });
    const asked = ask("_verdigris.rainbow.test", "TXT", none);
    // One after the other, so that what was asked first is answered when this is.
    const after = askNameServers({ clock, servers: addresses().slice(1) });
    await after("_verdigris.rainbow.test", "TXT", none);
    expect(await within(manual, 5_000, asked)).toEqual([
      { server: silent, rcode: "TIMEOUT", values: [] },
      { server: addresses()[1], rcode: "NOERROR", values: ["revision=2"], ttlSeconds: 60 },
    ]);
  });

  it("that can't be found are taken for silent", async () => {
    const ask = askNameServers({ clock, servers: ["ns.nowhere.invalid", "[::1%nope]:53"] });
    expect(await ask("rainbow.test", "A", none)).toEqual([
      { server: "ns.nowhere.invalid:53", rcode: "TIMEOUT", values: [] },
      { server: "::1%nope:53", rcode: "TIMEOUT", values: [] },
    ]);
  });

  it("leave no wait behind when they answered", async () => {
    const manual = new ManualClock(0);
    await askNameServers({ clock: manual, servers: addresses() })("rainbow.test", "A", none);
    expect(manual.pending).toBe(0);
  });

  it("are none where none can be asked", async () => {
    expect(await askNameServers({ clock, servers: "none" })("rainbow.test", "A", none)).toEqual([]);
  });
});

describe("a zone's own servers", () => {
  const ask = askNameServers({ clock });

  it("are asked as Route 53 names them, which is not looked up again while they answer", async () => {
    let asked = 0;
    const own = async () => {
      asked += 1;
      return addresses();
    };
    const answers = await ask("_verdigris.rainbow.test", "TXT", own);
    expect(answers.map(({ values }) => values)).toEqual([["revision=1"], ["revision=2"]]);
    expect(asked).toBe(1);
  });

  it("are looked up again when all refuse, for the zone may have been replaced", async () => {
    const elsewhere = await ServedRecords.start("other.test", () => Promise.resolve([]));
    const own = async (isFresh: boolean) => (isFresh ? addresses() : [elsewhere.address]);
    const answers = await ask("_verdigris.rainbow.test", "TXT", own);
    expect(answers).toMatchObject([{ values: ["revision=1"] }, { values: ["revision=2"] }]);
    const still = await ask("_verdigris.rainbow.test", "TXT", async () => [elsewhere.address]);
    expect(still).toMatchObject([{ server: elsewhere.address, rcode: "REFUSED" }]);
    await elsewhere.close();
  });

  it("are none of a private zone", async () => {
    expect(await ask("rainbow.test", "A", async () => [])).toEqual([]);
  });
});
