import { expect, test } from "vitest";
import { nearest } from "./nearest.ts";

const KEYS = ["kind", "record", "preview", "ttl", "sides", "deployTimeout"];

test.each([
  ["tll", "ttl"],
  ["TTL", "ttl"],
  ["recrod", "record"],
  ["side", "sides"],
  ["deploy-timeout", "deployTimeout"],
])("%s was meant as %s", (word, meant) => {
  expect(nearest(word, KEYS)).toBe(meant);
});

test.each(["x", "environments", "", "colour"])("%j is close to nothing", (word) => {
  expect(nearest(word, KEYS)).toBeUndefined();
});
