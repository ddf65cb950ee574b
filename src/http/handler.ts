import type { AnswerOf, BodyOf, HeadersOf, ParamsOf, QueryOf, Route } from "../contract/route.ts";
import type { OperationId, Routes } from "../contract/routes.ts";
import type { Actor, CommandMeta } from "../domain/batch.ts";
import type { ApiKey } from "../domain/keys.ts";
import type { Failure } from "./failure.ts";
import type { Service } from "./service.ts";

/** A request that was let in, read and found valid. */
export interface Asked<R extends Route> {
  readonly params: ParamsOf<R>;
  readonly query: QueryOf<R>;
  readonly headers: HeadersOf<R>;
  readonly body: BodyOf<R>;
  readonly caller: R["role"] extends "none" ? undefined : ApiKey;
  readonly actor: Actor;
  /** From the body or the `Idempotency-Key` header; else a new one. */
  readonly commandId: string;
}

export type Handler<R extends Route> = (
  asked: Asked<R>,
  service: Service,
) => Promise<(R["answer"] extends { readonly type: "json" } ? AnswerOf<R> : Response) | Failure>;

/** The handlers of some routes; a route without its handler doesn't compile where all are joined. */
export type Handlers<Id extends OperationId> = { readonly [I in Id]: Handler<Routes[I]> };

/** What a command carries beside its own fields. */
export function metaOf(
  { actor, commandId }: { readonly actor: Actor; readonly commandId: string },
  said: { readonly reason?: string; readonly expectRevision?: number } = {},
): CommandMeta {
  const { reason, expectRevision } = said;
  return {
    id: commandId,
    actor,
    ...(reason === undefined ? {} : { reason }),
    ...(expectRevision === undefined ? {} : { expectRevision }),
  };
}
