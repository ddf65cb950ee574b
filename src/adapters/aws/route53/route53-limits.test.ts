import type { Change } from "@aws-sdk/client-route-53";
import { expect, it } from "vitest";
import type { RecordSet } from "../../../domain/records.ts";
import { fitOneBatch, fitsRoute53 } from "./route53-limits.ts";

const addresses = (count: number): RecordSet => ({
  name: "rainbow.example.com",
  type: "A",
  ttlSeconds: 60,
  values: Array.from({ length: count }, (_, n) => `10.0.${n >> 8}.${n & 255}`),
});

const alias: RecordSet = {
  ...addresses(0),
  alias: { name: "blue.elb.amazonaws.com", zone: "Z1", evaluateTargetHealth: false },
};

const text = (characters: number): RecordSet => ({
  name: "_verdigris.rainbow.example.com",
  type: "TXT",
  ttlSeconds: 60,
  values: ["x".repeat(characters)],
});

it("a batch holds 1,000 records, removed and added ones together", () => {
  expect(fitsRoute53({ remove: [addresses(400)], add: [addresses(600)] })).toBe(true);
  expect(fitsRoute53({ remove: [addresses(400)], add: [addresses(601)] })).toBe(false);
});

it("an alias counts as a record and has no characters", () => {
  expect(fitsRoute53({ remove: [addresses(999)], add: [alias] })).toBe(true);
  expect(fitsRoute53({ remove: [addresses(999)], add: [alias, alias] })).toBe(false);
});

it("a batch holds 32,000 characters of values as they are sent, quotes among them", () => {
  const filled = Array.from({ length: 125 }, () => text(254));
  expect(fitsRoute53({ remove: [], add: filled })).toBe(true);
  expect(fitsRoute53({ remove: [], add: [...filled.slice(1), text(255)] })).toBe(false);
  const escaped = { ...text(0), values: ["ü".repeat(125)] };
  expect(fitsRoute53({ remove: [escaped], add: filled.slice(4) })).toBe(true);
  expect(fitsRoute53({ remove: [escaped], add: filled.slice(3) })).toBe(false);
});

it.each<[Change["Action"], number, boolean]>([
  ["CREATE", 1_000, true],
  ["DELETE", 1_000, true],
  ["UPSERT", 500, true],
  ["UPSERT", 501, false],
])("%s of %d records: %s", (Action, count, fits) => {
  const ResourceRecords = Array.from({ length: count }, () => ({ Value: "10.0.0.1" }));
  const ResourceRecordSet = { Name: "rainbow.example.com.", Type: "A", ResourceRecords } as const;
  expect(fitOneBatch([{ Action, ResourceRecordSet }])).toBe(fits);
});

it("an UPSERT's characters count twice", () => {
  const upsert = (characters: number): Change => {
    const ResourceRecords = [{ Value: "x".repeat(characters) }];
    return { Action: "UPSERT", ResourceRecordSet: { Name: "x.", Type: "A", ResourceRecords } };
  };
  expect(fitOneBatch([upsert(16_000)])).toBe(true);
  expect(fitOneBatch([upsert(16_001)])).toBe(false);
});
