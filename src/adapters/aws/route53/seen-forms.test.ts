import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { expect, it } from "vitest";
import type { RecordSet } from "../../../domain/records.ts";
import { recordOf, writtenRecord } from "./record-set.ts";
import { SeenForms } from "./seen-forms.ts";

const ODD: ResourceRecordSet = {
  Name: "_verdigris.example.com.",
  Type: "TXT",
  TTL: 60,
  ResourceRecords: [{ Value: '"revi" "sion=1"' }],
};

function read(written: ResourceRecordSet): RecordSet {
  const record = recordOf(written);
  if (!record) throw new Error("not a record that counts");
  return record;
}

it("a record has the form that it was seen in last", () => {
  const forms = new SeenForms();
  const record = read(ODD);
  expect(forms.formOf(record)).toEqual(writtenRecord(record));
  forms.note(ODD, record);
  expect(forms.formOf(record)).toEqual(ODD);
  forms.note(writtenRecord(record), record);
  expect(forms.formOf(record)).toEqual(writtenRecord(record));
});

it("another record at the same name has a form of its own", () => {
  const forms = new SeenForms();
  forms.note(ODD, read(ODD));
  const other = { ...read(ODD), values: ["revision=2"] };
  expect(forms.formOf(other)).toEqual(writtenRecord(other));
});

it("an alias has no empty list of values, which Route 53 doesn't take back", () => {
  const forms = new SeenForms();
  const alias: ResourceRecordSet = {
    Name: "example.com.",
    Type: "A",
    AliasTarget: {
      HostedZoneId: "Z1",
      DNSName: "Blue.elb.amazonaws.com.",
      EvaluateTargetHealth: false,
    },
  };
  const listed = { ...alias, ResourceRecords: [] };
  forms.note(listed, read(listed));
  expect(forms.formOf(read(listed))).toEqual(alias);
});
