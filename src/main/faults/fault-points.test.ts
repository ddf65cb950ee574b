import { describe, expect, it } from "vitest";
import { FaultPoints, parseFaultPoint } from "./fault-points.ts";

class Zone {
  readonly #applied: string[] = [];
  async apply(change: string): Promise<number> {
    await Promise.resolve();
    return this.#applied.push(change);
  }
  applied(): readonly string[] {
    return this.#applied;
  }
}

function points(crashAt?: string, counts = () => true) {
  const zone = new Zone();
  const noted: string[] = [];
  const deaths: string[][] = [];
  const faults = new FaultPoints({
    ...(crashAt ? { crashAt: parseFaultPoint(crashAt) } : {}),
    counts,
    note: (call) => noted.push(call),
    die: () => deaths.push([...zone.applied()]),
  });
  return { port: faults.around("Zone", zone), faults, noted, deaths };
}

describe("a fault point", () => {
  it("ends the process before the call does anything", async () => {
    const { port, deaths } = points("Zone.apply:before");
    await port.apply("a");
    expect(deaths).toEqual([[]]);
  });

  it("ends the process when the call has ended", async () => {
    const { port, deaths } = points("Zone.apply:after");
    await port.apply("a");
    expect(deaths).toEqual([["a"]]);
  });

  it("ends the process after a call that failed", async () => {
    const { faults, deaths } = points("Store.read:after");
    const store = faults.around("Store", { read: () => Promise.reject(new Error("gone")) });
    await expect(store.read()).rejects.toThrow("gone");
    expect(deaths).toHaveLength(1);
  });

  it("is at the n-th call", async () => {
    const { port, deaths } = points("Zone.apply:before:2");
    for (const change of ["a", "b", "c"]) await port.apply(change);
    expect(deaths).toEqual([["a"]]);
  });

  it("tells appends apart by their events", async () => {
    const { faults, deaths } = points("Store.append(FlipStarted+TrafficDecided):before");
    const store = faults.around("Store", { append: (batch: object) => batch });
    store.append({ events: [{ type: "FlipCompleted" }] });
    expect(deaths).toHaveLength(0);
    store.append({ events: [{ type: "FlipStarted" }, { type: "TrafficDecided" }] });
    expect(deaths).toHaveLength(1);
  });

  it("counts and notes calls only from when it is told to", async () => {
    let counting = false;
    const { port, noted, deaths } = points("Zone.apply:before", () => counting);
    await port.apply("a");
    counting = true;
    expect(deaths).toEqual([]);
    await port.apply("b");
    expect(noted).toEqual(["Zone.apply"]);
    expect(deaths).toEqual([["a"]]);
  });

  it.each(["Zone.apply", "Zone:before", "Zone.apply:during", "Zone.apply:after:x"])(
    "can't be %s",
    (text) => expect(() => parseFaultPoint(text)).toThrow("is not a fault point"),
  );
});
