import { expect, it } from "vitest";
import { startDns } from "./dns.fixture.ts";
import { lookupAt } from "./dns-lookup.ts";

/** So that a slow machine does not make the client ask again. */
const PATIENT_MS = 10_000;

const ANSWER = { addresses: ["127.0.1.1"], ttl: 60 };

it("the answer has the addresses and the TTL", async () => {
  const dns = await startDns(() => ({ addresses: ["127.0.1.1", "127.0.1.2"], ttl: 7 }));
  expect(await lookupAt(dns)("rainbow.test")).toEqual({
    addresses: ["127.0.1.1", "127.0.1.2"],
    ttlSeconds: 7,
  });
});

it("each lookup asks the server: nothing in between remembers answers", async () => {
  const dns = await startDns(() => ANSWER);
  const lookup = lookupAt(dns, PATIENT_MS);
  await lookup("rainbow.test");
  await lookup("rainbow.test");
  expect(dns.asked).toEqual(["udp rainbow.test", "udp rainbow.test"]);
});

it("a datagram that is lost is sent again", async () => {
  const dns = await startDns(() => (dns.asked.length === 1 ? "silence" : ANSWER));
  const lookup = lookupAt(dns, 50);
  expect(await lookup("rainbow.test")).toMatchObject({ addresses: ["127.0.1.1"] });
  expect(dns.asked.length).toBeGreaterThan(1);
});

it("a truncated answer is asked for again over TCP", async () => {
  const dns = await startDns((_, transport) => (transport === "udp" ? "truncated" : ANSWER));
  const lookup = lookupAt(dns, PATIENT_MS);
  expect(await lookup("rainbow.test")).toMatchObject({ addresses: ["127.0.1.1"] });
  expect(dns.asked).toEqual(["udp rainbow.test", "tcp rainbow.test"]);
});

it.each([
  ["NXDOMAIN", "ENOTFOUND"],
  ["REFUSED", "EREFUSED"],
  ["SERVFAIL", "ESERVFAIL"],
] as const)("%s is %s", async (said, code) => {
  const dns = await startDns(() => said);
  await expect(lookupAt(dns)("rainbow.test")).rejects.toMatchObject({ code });
});

it("a name without addresses is ENODATA", async () => {
  const dns = await startDns(() => ({ addresses: [], ttl: 60 }));
  await expect(lookupAt(dns)("rainbow.test")).rejects.toMatchObject({ code: "ENODATA" });
});

it("a server that never answers is given up", async () => {
  const dns = await startDns(() => "silence");
  await expect(lookupAt(dns, 50)("rainbow.test")).rejects.toMatchObject({ code: "ETIMEOUT" });
});
