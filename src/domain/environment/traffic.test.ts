import { describe, expect, it } from "vitest";
import { blueGreen, onEcs, PRODUCTION, single } from "../../../test/support/engine.ts";
import {
  fencedRevision,
  recordNames,
  recordsFor,
  split,
  WeightsDoNotSum,
  wholly,
} from "./traffic.ts";

describe("the records of an environment", () => {
  const configuration = blueGreen();
  const records = recordsFor(PRODUCTION, configuration, wholly("blue", configuration), "green", 41);

  it("are a weighted set per side, the preview of the standby, and the fence", () => {
    expect(records).toEqual([
      {
        name: "rainbow.test",
        type: "A",
        set: { id: "blue", weight: 100 },
        ttlSeconds: 60,
        values: ["127.0.1.2"],
      },
      {
        name: "rainbow.test",
        type: "A",
        set: { id: "green", weight: 0 },
        ttlSeconds: 60,
        values: ["127.0.1.3"],
      },
      { name: "standby.rainbow.test", type: "A", ttlSeconds: 60, values: ["127.0.1.3"] },
      {
        name: "_verdigris.rainbow.test",
        type: "TXT",
        ttlSeconds: 60,
        values: ["verdigris environment=rainbow/production revision=41"],
      },
    ]);
  });

  it("name no health check, so that health never moves traffic to the standby", () => {
    expect(records.filter((record) => "healthCheck" in record)).toEqual([]);
  });

  it("stand at the names that are observed", () => {
    expect([...new Set(records.map(({ name }) => name))].sort()).toEqual(
      [...recordNames(configuration)].sort(),
    );
  });

  it("are never made with weights that leave somebody out", () => {
    const half = { blue: 50, green: 0 };
    expect(() => recordsFor(PRODUCTION, configuration, half, "green", 1)).toThrow(WeightsDoNotSum);
    expect(() => recordsFor(PRODUCTION, configuration, {}, "green", 1)).toThrow(WeightsDoNotSum);
    expect(() => recordsFor("rainbow/test", single(), { main: 100 }, undefined, 1)).not.toThrow();
    expect(split("green", "blue", 10)).toEqual({ blue: 10, green: 90 });
  });

  it("are aliases of the load balancers on ECS, for each kind of addresses", () => {
    const elsewhere = onEcs({ dualStack: true });
    const alias = (side: string) => ({
      name: `${side}.eu-west-1.elb.amazonaws.com`,
      zone: "Z32O12XQLNTSW2",
      evaluateTargetHealth: false,
    });
    const set = (type: string, id: string, weight: number) => ({
      name: "rainbow.test",
      type,
      set: { id, weight },
      ttlSeconds: 60,
      values: [],
      alias: alias(id),
    });
    const preview = { name: "standby.rainbow.test", ttlSeconds: 60, values: [] };
    const weights = wholly("blue", elsewhere);
    expect(recordsFor(PRODUCTION, elsewhere, weights, "green", 7)).toEqual([
      set("A", "blue", 100),
      set("AAAA", "blue", 100),
      set("A", "green", 0),
      set("AAAA", "green", 0),
      { ...preview, type: "A", alias: alias("green") },
      { ...preview, type: "AAAA", alias: alias("green") },
      expect.objectContaining({ type: "TXT" }),
    ]);
    expect(recordsFor(PRODUCTION, onEcs(), weights, "green", 7)).toHaveLength(4);
  });

  it("tell their revision only to the environment whose they are", () => {
    expect(fencedRevision(PRODUCTION, records)).toBe(41);
    expect(fencedRevision("rainbow/other", records)).toBeUndefined();
    expect(fencedRevision(PRODUCTION, records.slice(0, 3))).toBeUndefined();
  });
});
