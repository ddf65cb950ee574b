import { it } from "vitest";
import { fuzzResponder, fuzzTcp, fuzzUdp, testDns } from "./dns.ts";
import { brief } from "./rounds.ts";

it("hostile packets get the answers that they may get", () => fuzzResponder(brief(1_500)));

it("hostile datagrams and streams leave the DNS server answering", async () => {
  const server = await testDns({ maxConnections: 40, idleMs: 100 });
  await fuzzUdp(server, brief(600));
  await fuzzTcp(server, brief(40));
});
