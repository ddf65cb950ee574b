import { isDeepStrictEqual } from "node:util";
import type { ResourceRecordSet } from "@aws-sdk/client-route-53";
import { type RecordSet, recordKey, sameRecord } from "../../../domain/records.ts";
import { recordOf, writtenRecord } from "./record-set.ts";

const REMEMBERED = 10_000;

/**
 * How Route 53 gave sets that it writes otherwise than Verdigris would: a TXT value that another
 * tool cut or escaped in its own way, say. A removal must repeat the values as they are (API,
 * ChangeResourceRecordSets); whether letters' case or an escape counts is not documented.
 */
export class SeenForms {
  readonly #forms = new Map<string, ResourceRecordSet>();

  note(written: ResourceRecordSet, record: RecordSet): void {
    const { ResourceRecords: values, ...rest } = written;
    // An empty list, which an alias may come with, is not taken back.
    const form = values?.length ? written : rest;
    const key = recordKey(record);
    this.#forms.delete(key);
    if (isDeepStrictEqual(form, writtenRecord(record))) return;
    this.#forms.set(key, form);
    if (this.#forms.size <= REMEMBERED) return;
    for (const oldest of this.#forms.keys()) {
      this.#forms.delete(oldest);
      return;
    }
  }

  /** As it was seen, when that reads the same. */
  formOf(record: RecordSet): ResourceRecordSet {
    const form = this.#forms.get(recordKey(record));
    const seen = form && recordOf(form);
    return form && seen && sameRecord(seen, record) ? form : writtenRecord(record);
  }
}
