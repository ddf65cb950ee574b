import { expect, it } from "vitest";
import type { RecordSet } from "../../domain/records.ts";
import { trafficZoneContract } from "../../ports/traffic-zone.contract.ts";
import { MemoryTrafficZone } from "./memory-traffic-zone.ts";

trafficZoneContract("MemoryTrafficZone", async () => ({
  zone: new MemoryTrafficZone(),
  close: async () => undefined,
}));

function at(address: string): RecordSet {
  return { name: "rainbow.test", type: "A", ttlSeconds: 60, values: [address] };
}

it("answers as before a change that is held back, until it is let go", async () => {
  const zone = new MemoryTrafficZone();
  await zone.apply({ remove: [], add: [at("127.0.1.1")] });
  zone.isHeldBack = true;
  const answer = await zone.apply({ remove: [at("127.0.1.1")], add: [at("127.0.1.2")] });
  const changeId = answer.kind === "accepted" ? answer.changeId : "";
  expect(await zone.changeStatus(changeId)).toBe("pending");
  expect(await zone.ask("rainbow.test", "A")).toMatchObject([{ values: ["127.0.1.1"] }]);
  expect(await zone.observe(["rainbow.test"])).toEqual([at("127.0.1.2")]);
  zone.isHeldBack = false;
  expect(await zone.changeStatus(changeId)).toBe("in-sync");
  expect(await zone.ask("rainbow.test", "A")).toMatchObject([{ values: ["127.0.1.2"] }]);
});
