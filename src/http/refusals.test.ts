import { expect, it } from "vitest";
import { Refusals } from "./refusals.ts";

const STRANGER = { code: "unauthorized", method: "GET", from: "192.0.2.1" } as const;

it("the log takes a hundred lines at once and then one in ten seconds, which tells of the others", () => {
  const written: unknown[] = [];
  let now = 0;
  const refusals = new Refusals(
    (_, __, data) => written.push(data.unwritten ?? 0),
    () => now,
  );
  for (let i = 0; i < 150; i++) refusals.note(STRANGER);
  expect(written).toEqual(Array.from({ length: 100 }, () => 0));
  now = 10_000;
  refusals.note(STRANGER);
  refusals.note(STRANGER);
  now = 20_000;
  refusals.note(STRANGER);
  expect(written.slice(100)).toEqual([50, 1]);
  expect(refusals.counts()).toEqual([["unauthorized", 153]]);
});

it("a day's flood leaves a few megabytes", () => {
  let bytes = 0;
  let now = 0;
  const refusals = new Refusals(
    (level, message, data) => {
      bytes += JSON.stringify({ time: new Date(0), level, message, ...data }).length + 1;
    },
    () => now,
  );
  const caller = { id: "0123456789ab", name: "n".repeat(100), role: "viewer" as const };
  const command = { id: "c".repeat(128), via: "api" as const, params: { app: "a".repeat(31) } };
  for (now = 0; now < 86_400_000; now += 1_000) {
    refusals.note({
      code: "author_may_not_approve",
      method: "POST",
      route: "/api/v1/apps/{app}/environments/{env}/flip-requests/{id}/approve",
      from: "2001:db8:1111:2222:3333:4444:5555:6666",
      caller: { ...caller, hash: "", issuedAt: 0 },
      command: { ...command, dryRun: true },
    });
  }
  expect(bytes).toBeGreaterThan(1_000_000);
  expect(bytes).toBeLessThan(6_000_000);
});
