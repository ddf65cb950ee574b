import { expect, it } from "vitest";
import type { RecordChange, RecordSet } from "../../../domain/records.ts";
import { batchFaults } from "./batch-messages.ts";

const weighted = (id: string, type: "A" | "AAAA" = "A"): RecordSet => ({
  name: "rainbow.example.com",
  type,
  set: { id, weight: 0 },
  ttlSeconds: 60,
  values: ["192.0.2.1"],
});
const PREVIEW: RecordSet = {
  name: "standby.rainbow.example.com",
  type: "A",
  ttlSeconds: 60,
  values: ["192.0.2.1"],
};
const CHANGE: RecordChange = {
  remove: [weighted("blue"), weighted("green"), weighted("blue", "AAAA")],
  add: [weighted("blue"), PREVIEW],
};
const BLUE = "rainbow.example.com A blue";
const GREEN = "rainbow.example.com A green";
const STANDBY = "standby.rainbow.example.com A ";

const DELETED = "Tried to delete resource record set [name='rainbow.example.com.', type='A'";
const CREATED =
  "Tried to create resource record set [name='standby.rainbow.example.com.', type='A'";

it.each<[string, readonly string[], string]>([
  [
    `${DELETED}, set identifier='blue'] but it was not found`,
    [BLUE],
    "rainbow.example.com A blue is not there",
  ],
  [
    `${DELETED}, set-identifier='blue] but it was not found`,
    [BLUE],
    "rainbow.example.com A blue is not there",
  ],
  [
    `${DELETED}, set identifier='green'] but the values provided do not match the current values`,
    [GREEN],
    "rainbow.example.com A green is there with other values",
  ],
  [
    `${CREATED}] but it already exists`,
    [STANDBY],
    "standby.rainbow.example.com A is there already",
  ],
  [`${DELETED}] but it was not found`, [BLUE, GREEN], "rainbow.example.com A is not there"],
  [
    "RRSet of type A with DNS name standby.rainbow.example.com. is not permitted because a conflicting RRSet of type  CNAME with the same DNS name already exists in zone example.com.",
    [STANDBY],
    "standby.rainbow.example.com A can't be beside the CNAME record of the same name",
  ],
  [
    "RRSet with DNS name rainbow.example.com., type A, SetIdentifier blue cannot be created as a non-weighted set exists with the same name and type.",
    [BLUE],
    "rainbow.example.com A blue can't be added: a non-weighted set exists with the same name and type",
  ],
  [
    "RRSet with DNS name standby.rainbow.example.com., type A cannot be created as other RRSets exist with the same name and type.",
    [STANDBY],
    "standby.rainbow.example.com A can't be added: other RRSets exist with the same name and type",
  ],
  [
    "Tried to create resource record set rainbow.example.com. type A but it already exists.",
    [],
    "rainbow.example.com. type A: it already exists",
  ],
])("%s", (text, keys, reason) => {
  for (const said of [text, `[${text}]`]) {
    expect(batchFaults(said, CHANGE)).toEqual({ mismatches: [{ keys, reason }], rest: "" });
  }
});

it("finds every message of several", () => {
  const text = `[${DELETED}, set identifier='blue'] but it was not found, ${DELETED}, set identifier='green'] but the values provided do not match the current values, ${CREATED}] but it already exists]`;
  const { mismatches, rest } = batchFaults(text, CHANGE);
  expect(mismatches.flatMap(({ keys }) => keys)).toEqual([BLUE, GREEN, STANDBY]);
  expect(rest).toBe("");
});

it.each([
  "Number of records limit of 1000 exceeded.",
  "Tried to create an alias that targets blue.elb.amazonaws.com., type A in zone Z32O12XQLNTSW2, but that target was not found",
  "RRSet of type CNAME with DNS name rainbow.example.com. is not permitted as it conflicts with other records with the same DNS name in zone example.com.",
  "RRSet of type A with DNS name rainbow.example.com. is not permitted because a conflicting RRSet of type DNAME with the same DNS name already exists in zone example.com.",
  "The record set rainbow.example.com. of type A is protected: ask the platform team",
])("leaves what no look shows: %s", (text) => {
  expect(batchFaults(`[${text}]`, CHANGE)).toEqual({ mismatches: [], rest: text });
  const mixed = batchFaults(`[${CREATED}] but it already exists, ${text}]`, CHANGE);
  expect(mixed.mismatches).toHaveLength(1);
  expect(mixed.rest).toBe(text);
});
