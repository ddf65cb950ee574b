import { createHmac, timingSafeEqual } from "node:crypto";
import type { Failure } from "./failure.ts";
import { fail } from "./failure.ts";

/** GitHub, "Validating webhook deliveries": HMAC-SHA256 of the body's bytes, in hexadecimal. */
const SIGNATURE = /^sha256=([0-9a-f]{64})$/;

/** Why a delivery is not taken for GitHub's; undefined when its signature is right. Nothing of the body is read. */
export function whenForged(
  body: Uint8Array,
  signature: string | undefined,
  secret: string | undefined,
): Failure | undefined {
  if (!secret) return NO_SECRET;
  const [, hex] = SIGNATURE.exec(signature ?? "") ?? [];
  if (hex === undefined) return UNSIGNED;
  const wanted = createHmac("sha256", secret).update(body).digest();
  return timingSafeEqual(Buffer.from(hex, "hex"), wanted) ? undefined : FORGED;
}

const NO_SECRET = fail(
  "unauthorized",
  "This operator takes no webhooks of GitHub: it was started without their secret (VERDIGRIS_GITHUB_WEBHOOK_SECRET). Nothing was done.",
);

const UNSIGNED = fail(
  "unauthorized",
  "This delivery is not signed, or not as it must be. Give the webhook a secret, which GitHub signs with in X-Hub-Signature-256. Nothing was done.",
);

const FORGED = fail(
  "unauthorized",
  "The signature is not of this body by this operator's secret. Give the webhook the same secret as the operator. Nothing was done.",
);
