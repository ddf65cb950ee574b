import type { Operator } from "../app/operator.ts";
import type { Route } from "../contract/route.ts";
import type { Actor } from "../domain/batch.ts";
import type { ApiKey } from "../domain/keys.ts";
import { mayActAs } from "../domain/keys.ts";
import type { Failure } from "./failure.ts";
import { fail } from "./failure.ts";

/** Longer than any key that is issued. */
const LONGEST_KEY = 512;

/** The caller's key when its role is enough for the route; undefined where the route asks for none. */
export async function letIn(
  headers: Headers,
  role: Route["role"],
  operator: Operator,
): Promise<ApiKey | undefined | Failure> {
  if (role === "none") return undefined;
  const key = keyIn(headers);
  if (!key) {
    return fail(
      "unauthorized",
      "This needs a key. Send it in the header x-api-key, or as Authorization: Bearer.",
    );
  }
  const caller = key.length > LONGEST_KEY ? undefined : await operator.keys.authenticate(key);
  if (!caller) {
    return fail("unauthorized", "This key is not known, or it was revoked. Ask for another one.");
  }
  if (mayActAs(caller.role, role)) return caller;
  return fail(
    "forbidden",
    `The key of ${caller.name} has the role ${caller.role}; this needs ${role}. Nothing was changed.`,
    { role: caller.role, needed: role },
  );
}

function keyIn(headers: Headers): string | undefined {
  return (
    headers.get("x-api-key") ?? /^bearer +(\S+)$/i.exec(headers.get("authorization") ?? "")?.[1]
  );
}

const DOORS = ["cli", "console", "git"] as const;

/** `via` is what the caller says of itself: it goes on record and gives no right. */
export function actorOf(
  caller: ApiKey | undefined,
  via: string | null,
  from: string | undefined,
): Actor {
  return {
    name: caller?.name ?? "anonymous",
    via: DOORS.find((door) => door === via) ?? "api",
    ...(from === undefined ? {} : { from }),
  };
}
