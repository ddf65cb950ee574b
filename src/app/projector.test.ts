import { describe, expect, it } from "vitest";
import { ManualClock } from "../adapters/memory/manual-clock.ts";
import { MemoryEventStore } from "../adapters/memory/memory-event-store.ts";
import type { Host } from "./host.ts";
import { Projector } from "./projector.ts";

const STREAM = "env#rainbow/production";

function projectorOn(clock: ManualClock) {
  const written: number[] = [];
  const store = new MemoryEventStore();
  store.project = async (_stream, { revision }) => {
    written.push(revision);
  };
  const host: Host = {
    clock,
    store,
    newId: () => "id",
    hash: (text) => text,
    sameHash: (one, other) => one === other,
    random: () => 0,
    log: () => undefined,
  };
  return { projector: new Projector(host, 1), store, written };
}

function at(revision: number) {
  return { revision, commands: [] };
}

describe("the projection", () => {
  it("is written behind what a decision sets going, and once for all that follow at its heels", async () => {
    const clock = new ManualClock(0);
    const { projector, written } = projectorOn(clock);
    projector.project(STREAM, at(1));
    await clock.advance(50);
    projector.project(STREAM, at(2));
    expect(written).toEqual([]);
    await clock.advance(50);
    expect(written).toEqual([2]);
    projector.project(STREAM, at(3));
    await clock.advance(100);
    expect(written).toEqual([2, 3]);
  });

  it("is written at once when the operator stops", async () => {
    const { projector, written } = projectorOn(new ManualClock(0));
    projector.project(STREAM, at(1));
    await projector.flush();
    expect(written).toEqual([1]);
  });

  it("that could not be written is written with the next decision", async () => {
    const clock = new ManualClock(0);
    const { projector, store, written } = projectorOn(clock);
    const project = store.project;
    store.project = () => Promise.reject(new Error("busy"));
    projector.project(STREAM, at(1));
    await clock.advance(100);
    store.project = project;
    projector.project(STREAM, at(2));
    await clock.advance(100);
    expect(written).toEqual([2]);
  });
});
