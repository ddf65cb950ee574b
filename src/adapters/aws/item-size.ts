import type { Item } from "./dynamodb-items.ts";

/** 400 KB, names of attributes included (DynamoDB Developer Guide, "Quotas"). */
export const LARGEST_ITEM_BYTES = 400 * 1024;

/** Throws a RangeError, before anything is sent, for an item that DynamoDB would refuse. */
export function checkItemSize(item: Item, what: string): void {
  const bytes = itemBytes(item);
  if (bytes > LARGEST_ITEM_BYTES) {
    throw new RangeError(
      `${what} has ${bytes} bytes and DynamoDB takes at most ${LARGEST_ITEM_BYTES}. ` +
        "Nothing was written; keep large content elsewhere and refer to it.",
    );
  }
}

/**
 * What DynamoDB counts for an item; a number counts for a byte more than it may.
 * Source: Developer Guide, "DynamoDB item sizes and formats".
 */
export function itemBytes(item: Item): number {
  return Object.entries(item).reduce(
    (sum, [name, value]) => sum + Buffer.byteLength(name) + valueBytes(value),
    0,
  );
}

const CONTAINER_BYTES = 3;
const ELEMENT_BYTES = 1;

function valueBytes(value: unknown): number {
  if (typeof value === "string") return Buffer.byteLength(value);
  if (typeof value === "number") return Math.ceil(String(value).length / 2) + 2;
  if (typeof value !== "object" || value === null) return 1;
  return Object.entries(value).reduce(
    (sum, [name, element]) =>
      sum +
      ELEMENT_BYTES +
      (Array.isArray(value) ? 0 : Buffer.byteLength(name)) +
      valueBytes(element),
    CONTAINER_BYTES,
  );
}
