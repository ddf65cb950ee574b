import { it } from "vitest";
import { balancerOf } from "../../src/cloud/balancer/proxy.fixture.ts";
import { fuzzResponses, oddApp } from "./odd-responses.ts";
import { brief } from "./rounds.ts";
import { fuzzSmuggling, IMPATIENT, SILENCE_MS, strictApp } from "./smuggling.ts";

it("a balancer forwards what the letter of HTTP finds in a client's bytes, and nothing else", async () => {
  const app = await strictApp();
  const balancer = await balancerOf([{ id: "app", healthPath: "/health", ...app }], {
    limits: IMPATIENT,
  });
  await fuzzSmuggling(balancer.port, app, brief(240));
});

it("a balancer's client gets whole answers or a cut one, whatever the app says", async () => {
  const app = await oddApp();
  const balancer = await balancerOf([{ id: "app", healthPath: "/health", ...app }], {
    limits: { ...IMPATIENT, responseHeaderMs: SILENCE_MS },
  });
  await fuzzResponses(balancer.port, app, brief(80));
});
