import { canonicalText } from "../domain/canonical.ts";
import type { Host } from "./host.ts";

/** Equal for values that are equal as JSON, in whatever order their fields stand. */
export function canonicalHash(host: Host, value: unknown): string {
  return `sha256:${host.hash(canonicalText(value))}`;
}
