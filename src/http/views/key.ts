import type { KeyView } from "../../contract/api.ts";
import type { ApiKey } from "../../domain/keys.ts";
import { isoTime } from "./time.ts";

/** Without the hash. */
export function keyView({ id, name, role, issuedAt, revokedAt }: ApiKey): KeyView {
  return {
    id,
    name,
    role,
    issuedAt: isoTime(issuedAt),
    ...(revokedAt === undefined ? {} : { revokedAt: isoTime(revokedAt) }),
  };
}
