import { expect, it } from "vitest";
import type { Addresses } from "./dns-lookup.ts";
import { NameCache } from "./name-cache.ts";

/** A cache over a server whose answers, and a clock whose time, the test sets. */
function scene(limits: { names?: number; lookups?: number } = {}) {
  const world = {
    ms: 1_000,
    asked: [] as string[],
    answer: async (name: string): Promise<Addresses> => ({
      addresses: [`${name}#${world.asked.length}`],
      ttlSeconds: 60,
    }),
  };
  const cache = new NameCache({
    lookup: (name) => {
      world.asked.push(name);
      return world.answer(name);
    },
    now: () => world.ms,
    names: 10,
    lookups: 10,
    ...limits,
  });
  return { world, cache };
}

it("an answer is good for exactly its TTL, however often it is used", async () => {
  const { world, cache } = scene();
  expect(await cache.addressesOf("a")).toEqual(["a#1"]);
  world.ms += 30_000;
  expect(await cache.addressesOf("a")).toEqual(["a#1"]);
  world.ms += 29_999;
  expect(await cache.addressesOf("a")).toEqual(["a#1"]);
  world.ms += 1;
  expect(await cache.addressesOf("a")).toEqual(["a#2"]);
});

it("the TTL counts from the answer, not from the question", async () => {
  const { world, cache } = scene();
  world.answer = async () => {
    world.ms += 5_000;
    return { addresses: ["x"], ttlSeconds: 60 };
  };
  await cache.addressesOf("a");
  world.ms += 59_999;
  await cache.addressesOf("a");
  expect(world.asked).toEqual(["a"]);
});

it("a TTL of 0 serves those who wait and nobody after them", async () => {
  const { world, cache } = scene();
  world.answer = async () => ({ addresses: ["x"], ttlSeconds: 0 });
  await Promise.all([cache.addressesOf("a"), cache.addressesOf("a")]);
  expect(world.asked).toEqual(["a"]);
  await cache.addressesOf("a");
  expect(world.asked).toEqual(["a", "a"]);
});

it("a name is asked for once at a time, also when the answer is an error", async () => {
  const { world, cache } = scene();
  world.answer = async () => {
    throw new Error("SERVFAIL");
  };
  const both = await Promise.allSettled([cache.addressesOf("a"), cache.addressesOf("a")]);
  expect(both.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
  expect(world.asked).toEqual(["a"]);
  await expect(cache.addressesOf("a")).rejects.toThrow("SERVFAIL");
  expect(world.asked).toEqual(["a", "a"]);
});

it("an expired answer does not stand in for one that fails", async () => {
  const { world, cache } = scene();
  await cache.addressesOf("a");
  world.ms += 60_000;
  world.answer = async () => {
    throw new Error("SERVFAIL");
  };
  await expect(cache.addressesOf("a")).rejects.toThrow("SERVFAIL");
});

it("the name unused for longest is forgotten first", async () => {
  const { world, cache } = scene({ names: 2 });
  await cache.addressesOf("a");
  await cache.addressesOf("b");
  await cache.addressesOf("a");
  await cache.addressesOf("c");
  world.asked = [];
  await cache.addressesOf("a");
  await cache.addressesOf("c");
  await cache.addressesOf("b");
  expect(world.asked).toEqual(["b"]);
});

it("more lookups than allowed at once are refused, and later ones are not", async () => {
  const { cache } = scene({ lookups: 1 });
  const first = cache.addressesOf("a");
  await expect(cache.addressesOf("b")).rejects.toMatchObject({ code: "TOO_MANY_LOOKUPS" });
  await first;
  expect(await cache.addressesOf("b")).toHaveLength(1);
});
