import { Lazy } from "aws-cdk-lib";
import { expect, test } from "vitest";
import { normalizedRecordName, recordNames } from "./operator-environment.ts";

const environment = { hostedZoneId: "Z1", sides: [] };

test("an environment's names are its record, its preview and its fence", () => {
  expect(
    recordNames({
      ...environment,
      record: "rainbow.example.com",
      preview: "standby.rainbow.example.com",
    }),
  ).toEqual([
    "rainbow.example.com",
    "standby.rainbow.example.com",
    "_verdigris.rainbow.example.com",
  ]);
  expect(recordNames({ ...environment, record: "test.example.com" })).toEqual([
    "test.example.com",
    "_verdigris.test.example.com",
  ]);
});

test("names are in lower case, without the last dot, and escaped as Route 53's condition key has them", () => {
  expect(normalizedRecordName("Rainbow.Example.COM.")).toBe("rainbow.example.com");
  expect(normalizedRecordName("*.example.com")).toBe("\\052.example.com");
  expect(normalizedRecordName("_verdigris.a-b.example.com")).toBe("_verdigris.a-b.example.com");
});

test("what is no domain name is refused, and so is a name that is not known yet", () => {
  for (const name of ["", ".", "a..b", `${"a".repeat(64)}.com`, "a.".repeat(130)]) {
    expect(() => normalizedRecordName(name)).toThrow("is not a domain name");
  }
  expect(() => normalizedRecordName(Lazy.string({ produce: () => "a.example.com" }))).toThrow(
    "must be known",
  );
});
