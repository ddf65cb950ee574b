import { it, onTestFinished } from "vitest";
import { balancerOf } from "../../src/cloud/balancer/proxy.fixture.ts";
import { startDns } from "../../src/cloud/gateway/dns.fixture.ts";
import { startGateway } from "../../src/cloud/gateway/gateway.ts";
import { fuzzResponses, oddApp } from "../fuzz/odd-responses.ts";
import { long } from "../fuzz/rounds.ts";
import { fuzzSmuggling, IMPATIENT, SILENCE_MS, strictApp } from "../fuzz/smuggling.ts";

it("a balancer forwards what the letter of HTTP finds in a client's bytes, and nothing else", async () => {
  const app = await strictApp();
  const balancer = await balancerOf([{ id: "app", healthPath: "/health", ...app }], {
    limits: IMPATIENT,
  });
  await fuzzSmuggling(balancer.port, app, long(10_000));
});

it("so does the gateway", async () => {
  const app = await strictApp();
  const dns = await startDns(() => ({ addresses: [app.host], ttl: 60 }));
  const gateway = await startGateway({ port: 0, dns, portOf: () => app.port, limits: IMPATIENT });
  onTestFinished(() => gateway.close(0));
  await fuzzSmuggling(gateway.port, app, long(5_000));
});

it("a balancer's client gets whole answers or a cut one, whatever the app says", async () => {
  const app = await oddApp();
  const balancer = await balancerOf([{ id: "app", healthPath: "/health", ...app }], {
    limits: { ...IMPATIENT, responseHeaderMs: SILENCE_MS },
  });
  await fuzzResponses(balancer.port, app, long(1_500));
});
