import type { UsedKey } from "../../app/operator.ts";
import type { KeyView } from "../../contract/api.ts";
import { isoTime } from "./time.ts";

/** Without the hash. */
export function keyView({ id, name, role, issuedAt, lastUsedAt, revokedAt }: UsedKey): KeyView {
  return {
    id,
    name,
    role,
    issuedAt: isoTime(issuedAt),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt: isoTime(lastUsedAt) }),
    ...(revokedAt === undefined ? {} : { revokedAt: isoTime(revokedAt) }),
  };
}
