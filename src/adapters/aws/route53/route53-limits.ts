import type { Change } from "@aws-sdk/client-route-53";
import type { RecordChange } from "../../../domain/records.ts";
import { changesOf, writtenRecord } from "./record-set.ts";

/** Route 53 Developer Guide, "Quotas". */
export const ROUTE53_LIMITS = {
  /** All requests of an AWS account together. */
  requestsPerSecond: 5,
  /** ResourceRecord elements of a request; an alias counts as one. */
  recordsPerBatch: 1_000,
  /** Characters of all Value elements of a request, spaces, quotes and escapes among them. */
  charactersPerBatch: 32_000,
} as const;

/** Whether Route 53 takes this as one batch. */
export function fitsRoute53({ remove, add }: RecordChange): boolean {
  return fitOneBatch(changesOf(remove.map(writtenRecord), add.map(writtenRecord)));
}

/** Whether these changes keep within what one request may hold. */
export function fitOneBatch(changes: readonly Change[]): boolean {
  let records = 0;
  let characters = 0;
  for (const { Action, ResourceRecordSet: set } of changes) {
    // An UPSERT may be a removal and an addition, and is counted as both.
    const times = Action === "UPSERT" ? 2 : 1;
    const values = (set?.ResourceRecords ?? []).map(({ Value = "" }) => Value);
    records += times * (set?.AliasTarget ? 1 : values.length);
    characters += times * values.reduce((sum, value) => sum + value.length, 0);
  }
  return (
    records <= ROUTE53_LIMITS.recordsPerBatch && characters <= ROUTE53_LIMITS.charactersPerBatch
  );
}
