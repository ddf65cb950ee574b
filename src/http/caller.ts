import type { Route } from "../contract/route.ts";
import type { Actor } from "../domain/batch.ts";
import type { ApiKey, Role } from "../domain/keys.ts";
import { mayActAs } from "../domain/keys.ts";
import type { Failure } from "./failure.ts";
import { fail } from "./failure.ts";
import type { Service } from "./service.ts";
import type { WrongKeys } from "./wrong-keys.ts";

/** Longer than any key that is issued. */
const LONGEST_KEY = 512;

/** Who asks, and why the request is refused, where it is. */
export interface LetIn {
  /** Undefined where the route asks for no key, and where none was known. */
  readonly caller?: ApiKey;
  readonly failure?: Failure;
  /** What kept the key from being checked, for the log. */
  readonly reason?: string;
}

/** Lets in whose key has the route's role. `from` is the network address that the request came from. */
export async function letIn(
  headers: Headers,
  from: string | undefined,
  role: Route["role"],
  { operator, wrongKeys, caller: known }: Pick<Service, "caller" | "operator" | "wrongKeys">,
): Promise<LetIn> {
  if (role === "none") return {};
  if (known) {
    return mayActAs(known.role, role)
      ? { caller: known }
      : { caller: known, failure: tooLittle(known, role) };
  }
  const key = keyIn(headers);
  if (!key) return { failure: NO_KEY };
  const lookUpUnknown = wrongKeys.secondsToWait(from) === 0;
  try {
    const caller =
      key.length > LONGEST_KEY
        ? undefined
        : await operator.keys.authenticate(key, { lookUpUnknown });
    if (!caller) return { failure: wrongKey(from, wrongKeys) };
    return mayActAs(caller.role, role) ? { caller } : { caller, failure: tooLittle(caller, role) };
  } catch (error) {
    return { failure: UNCHECKED, reason: error instanceof Error ? error.message : String(error) };
  }
}

const UNCHECKED = fail(
  "unavailable",
  "Keys can't be checked now, so nobody is let in, and nothing was changed. The operator's log says why. Try again later.",
);

const NO_KEY = fail(
  "unauthorized",
  "This needs a key. Send it in the header x-api-key, or as Authorization: Bearer.",
);

function wrongKey(from: string | undefined, wrongKeys: WrongKeys): Failure {
  const retryAfterSeconds = wrongKeys.secondsToWait(from);
  wrongKeys.count(from);
  if (retryAfterSeconds === 0) {
    return fail("unauthorized", "This key is not known, or it was revoked. Ask for another one.");
  }
  return fail(
    "too_many_requests",
    `This key is not known, as were many others from ${from}. It is looked for again in ${retryAfterSeconds} s; keys that are known are let in all the same.`,
    { retryAfterSeconds },
  );
}

function tooLittle({ name, role }: ApiKey, needed: Role): Failure {
  return fail(
    "forbidden",
    `The key of ${name} has the role ${role}; this needs ${needed}. Nothing was changed.`,
    { role, needed },
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
