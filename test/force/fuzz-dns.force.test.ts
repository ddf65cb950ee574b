import { expect, it } from "vitest";
import { askUdp, query } from "../../src/cloud/dns/test-client.ts";
import { fuzzResponder, fuzzTcp, fuzzUdp, testDns } from "../fuzz/dns.ts";
import { long } from "../fuzz/rounds.ts";

/** FUZZ_ROUNDS=5 makes it a million. */
it("200,000 packets get the answers that they may get", () => fuzzResponder(long(200_000)));

it("100,000 datagrams leave the DNS server answering, and no larger", async () => {
  const server = await testDns();
  await fuzzUdp(server, long(2_000));
  const before = process.memoryUsage.rss();
  await fuzzUdp(server, long(100_000));
  expect(process.memoryUsage.rss() - before).toBeLessThan(150 * 1024 * 1024);
  expect((await askUdp(server, query("huge.rainbow.test", "TXT"))).flag_tc).toBe(true);
});

it("streams of every sort on many connections leave the DNS server answering", async () => {
  const server = await testDns({ maxConnections: 40, idleMs: 200 });
  await fuzzTcp(server, long(2_000));
});
