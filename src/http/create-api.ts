import type { HttpBindings } from "@hono/node-server";
import { type Context, Hono } from "hono";
import { methodNotAllowed } from "hono/method-not-allowed";
import { LogNotUnderstood } from "../app/fold.ts";
import { TableFault } from "../app/operator.ts";
import type { Route } from "../contract/route.ts";
import { ROUTE_LIST } from "../contract/routes.ts";
import { isAllowedHost } from "./allowed-host.ts";
import { failureAnswer, hardened } from "./answers.ts";
import { actorOf, letIn } from "./caller.ts";
import { crossSite, isCrossSiteChange } from "./cross-site.ts";
import { AnswerTooLate, within } from "./deadline.ts";
import type { Failure } from "./failure.ts";
import { fail, isFailure } from "./failure.ts";
import type { Handler } from "./handler.ts";
import { HANDLERS } from "./handlers.ts";
import { describeError } from "./log.ts";
import { readRequest } from "./read-request.ts";
import type { Refused } from "./refusals.ts";
import type { Service } from "./service.ts";

interface ApiEnv {
  readonly Bindings: Partial<HttpBindings>;
  readonly Variables: {
    route?: Route;
    /** Set with every answer that is a refusal. */
    refused?: Pick<Refused, "code" | "caller" | "command" | "reason">;
  };
}

export type Api = Hono<ApiEnv>;

/** Long enough for a merge or a look at a remote repository. */
const ANSWER_DEADLINE_MS = 60_000;

/** The whole API, and nothing beside it, as a function from request to answer. */
export function createApi(service: Service, answerDeadlineMs = ANSWER_DEADLINE_MS): Api {
  const api: Api = new Hono();
  api.use(async (c, next) => {
    await next();
    const { method } = c.req;
    const route = c.get("route")?.path;
    service.counter.add(method, route ?? "unmatched", c.res.status);
    const refused = c.get("refused");
    const from = addressOf(c);
    if (refused) {
      service.refusals.note({
        ...refused,
        method,
        ...(route ? { route } : {}),
        ...(from ? { from } : {}),
      });
    }
    hardened(c.res);
  });
  api.use(async (c, next) => {
    const { headers } = c.req.raw;
    const host = headers.get("host") ?? undefined;
    if (!isProbe(c.req.path) && !isAllowedHost(host, [...service.allowedHosts, service.host])) {
      return refuse(c, strangeHost(host), { reason: `the Host is ${shortened(host)}` });
    }
    if (isCrossSiteChange(c.req.method, headers, service.allowedHosts)) {
      const origin = headers.get("origin");
      return refuse(c, crossSite(origin), { reason: `the Origin is ${shortened(origin)}` });
    }
    return next();
  });
  api.use(methodNotAllowed({ app: api, onMethodNotAllowed: wrongMethod }));
  for (const [id, route] of ROUTE_LIST) {
    // The table ties a handler to its route's schemas, which `answer` applies before it calls.
    const handler = HANDLERS[id] as unknown as UntiedHandler;
    api.on(route.method.toUpperCase(), route.path.replace(/\{(\w+)\}/g, ":$1"), async (c) => {
      c.set("route", route);
      const answered = await within(answerDeadlineMs, answer(c, route, handler, service));
      if (c.req.method !== "HEAD") return answered;
      await answered.body?.cancel();
      return new Response(null, answered);
    });
  }
  api.notFound((c) =>
    refuse(
      c,
      fail(
        "not_found",
        `There is nothing at ${c.req.path}. /api/openapi.json lists what there is.`,
      ),
    ),
  );
  api.onError((error, c) => failureAnswer(unexpected(error, c, service)));
  return api;
}

type UntiedHandler = (
  asked: Record<keyof Parameters<Handler<Route>>[0], unknown>,
  service: Service,
) => Promise<unknown>;

/** Lets the caller in, reads what is asked, and has it answered: the life of every request. */
async function answer(
  c: Context<ApiEnv>,
  route: Route,
  handler: UntiedHandler,
  service: Service,
): Promise<Response> {
  const request = c.req.raw;
  const from = addressOf(c);
  const { failure, ...known } = await letIn(request.headers, from, route.role, service);
  const { caller } = known;
  if (failure) return refuse(c, failure, known);
  const raw = { params: c.req.param(), query: c.req.queries() };
  const read = await readRequest(request, route, raw);
  if (isFailure(read)) return refuse(c, read, known);
  const { params, query, headers, body } = read;
  const commandId = read.commandId ?? service.newId();
  const actor = actorOf(caller, request.headers.get("x-verdigris-via"), from);
  const answered = await handler(
    { params, query, headers, body, caller, actor, commandId },
    service,
  );
  if (isFailure(answered)) {
    const dryRun = isDryRun(query) || isDryRun(body);
    const command = { id: commandId, via: actor.via, params, dryRun };
    return refuse(c, answered, route.change ? { ...known, command } : known);
  }
  return answered instanceof Response ? answered : Response.json(answered);
}

/** The answer to a request that is refused, which is then counted and put into the log. */
function refuse(
  c: Context<ApiEnv>,
  failure: Failure,
  known: Pick<Refused, "caller" | "command" | "reason"> = {},
  headers: Readonly<Record<string, string>> = {},
): Response {
  c.set("refused", { code: failure.code, ...known });
  return failureAnswer(failure, headers);
}

/** A name on the network has at most 253 characters (RFC 1035, section 2.3.4, without the root's). */
function shortened(name: string | null | undefined): string {
  return String(name).slice(0, 260);
}

/** In a query it is text. */
function isDryRun(asked: unknown): boolean {
  if (typeof asked !== "object" || asked === null || !("dryRun" in asked)) return false;
  return asked.dryRun === true || asked.dryRun === "true";
}

function addressOf(c: Context<ApiEnv>): string | undefined {
  return c.env.incoming?.socket.remoteAddress;
}

/** Load balancers ask for these by address, and they tell nothing that is worth a disguise. */
function isProbe(path: string): boolean {
  return path === "/healthz" || path === "/readyz";
}

function strangeHost(host: string | undefined): Failure {
  return fail(
    "forbidden",
    `This server is not known as ${host}. Nothing was done. Use a loopback address, or allow the name with --allow-host where the operator is started.`,
  );
}

function wrongMethod(c: Context<ApiEnv>, allowed: readonly string[]): Response {
  const allow = allowed.join(", ");
  return refuse(
    c,
    fail(
      "method_not_allowed",
      `${c.req.path} does not take ${c.req.method}, only ${allow}. Nothing was changed.`,
      { allowed },
    ),
    {},
    { allow },
  );
}

function unexpected(error: Error, c: Context<ApiEnv>, { log, newId }: Service): Failure {
  const requestId = newId();
  const { method } = c.req;
  const route = c.get("route")?.path;
  log("error", "a request failed", { requestId, method, route, error: describeError(error) });
  if (error instanceof LogNotUnderstood) return fail("unavailable", error.message, { requestId });
  if (error instanceof AnswerTooLate) {
    return fail(
      "unavailable",
      `There was no answer within ${error.deadlineMs / 1000} s. It may still be carried out: look at the state, or repeat it with the same command id.`,
      { requestId },
    );
  }
  if (error instanceof TableFault) {
    return fail(
      "unavailable",
      `The decision is not on record as far as is known: ${error.message}`,
      {
        requestId,
      },
    );
  }
  return fail(
    "internal",
    `Something went wrong that should not; the operator's log says more under ${requestId}. Look at the state before you repeat it, with the same command id.`,
    { requestId },
  );
}
