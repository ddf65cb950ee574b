import type { CommandBody, ErrorAnswer } from "../contract/api.ts";
import { BrokenConnection, type HttpAnswer, type HttpRequest } from "./http-exchange.ts";
import { Problem, type ProblemKind, type Unreachable } from "./problem.ts";
import { findReach, type Reach } from "./reach.ts";
import { OVER_HTTP, type Transport } from "./transport.ts";
import type { Call } from "./verb.ts";

type Query = Readonly<Record<string, string | number | undefined>>;

/**
 * The operator's API. Each method throws a `Problem` for an answer that is not a success, and an
 * `Unreachable` when there was none.
 */
export interface OperatorApi {
  readonly server: Server;
  get<T>(path: string, query?: Query): Promise<T>;
  /** Repeated when the connection breaks: the command id makes that harmless (G4). */
  command<T>(path: string, body: CommandBody & { readonly commandId: string }): Promise<T>;
  /** Sent once. */
  send<T>(method: "POST" | "DELETE", path: string, body?: object): Promise<T>;
  /** YAML; repeated like a command. */
  putYaml<T>(path: string, text: string, query: Query, commandId: string): Promise<T>;
}

/** Who answers the API. */
export interface Server {
  /** In words: its address, or the table. */
  readonly name: string;
  readonly url: string;
  readonly key?: string;
  /** The app that the client file names. */
  readonly app?: string;
  /** Where this was read, in words. */
  readonly from: string;
  readonly transport: Transport;
}

/** Who carries on what is under way when a command no longer waits for it. */
export function goesOn({ server }: OperatorApi): string {
  return server.transport === OVER_HTTP
    ? "It goes on by itself; `verdigris status` shows it."
    : "An operator on this table carries it on, or the next `verdigris status`, which shows it.";
}

/** The operator that the call is meant for; nothing is sent yet. */
export function connect(call: Call): OperatorApi {
  const server = serverOf(findReach(call), call);
  const once = (request: Wanted) => attempt(server, request, call.signal);
  const again = (request: Wanted) => withRepeats(call, () => once(request));
  return {
    server,
    get: async (path, query) => read(server, await again({ method: "GET", path, query })),
    command: async (path, body) =>
      read(server, await again({ method: "POST", path, ...json(body), commandId: body.commandId })),
    send: async (method, path, body) =>
      read(server, await once({ method, path, ...(body ? json(body) : {}) })),
    putYaml: async (path, body, query, commandId) =>
      read(server, await again({ method: "PUT", path, query, body, type: "text/yaml", commandId })),
  };
}

/** Under this address the API answers in this process, where nothing listens. */
const IN_PROCESS = "http://localhost";

function serverOf(reach: Reach, call: Call): Server {
  if (reach.kind === "server") return { ...reach, name: reach.url, transport: OVER_HTTP };
  const name = `table ${reach.table}${reach.region ? ` in ${reach.region}` : ""}`;
  return { name, url: IN_PROCESS, from: reach.from, transport: call.openTable(reach) };
}

interface Wanted {
  readonly method: string;
  readonly path: string;
  readonly query?: Query | undefined;
  readonly body?: string;
  readonly type?: string;
  readonly commandId?: string;
}

function json(body: object) {
  return { body: JSON.stringify(body), type: "application/json" };
}

const ATTEMPTS = 4;
const FIRST_PAUSE_MS = 100;

/** A broken connection may have carried the request: asks again, up to three times. */
async function withRepeats(call: Call, ask: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
  let first: BrokenConnection | undefined;
  for (let attempt = 1; ; attempt++) {
    try {
      return await ask();
    } catch (error) {
      if (!(error instanceof BrokenConnection)) throw error;
      first ??= error;
      if (!BREAKS.includes(first.code) || attempt === ATTEMPTS) throw first;
      const pause = FIRST_PAUSE_MS * 2 ** (attempt - 1);
      await call.clock.sleep(pause * (0.5 + Math.random() / 2), call.signal);
    }
  }
}

/** Of an established connection; what was refused at once is not asked again. */
const BREAKS: readonly string[] = ["ECONNRESET", "EPIPE", "ECONNABORTED"];

async function attempt(server: Server, wanted: Wanted, signal: AbortSignal): Promise<HttpAnswer> {
  const { method, path, query = {}, body, type, commandId } = wanted;
  const url = new URL(`${server.url}/api/v1${path}`);
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.set(name, String(value));
  }
  const request: HttpRequest = {
    method,
    url: url.href,
    headers: {
      accept: "application/json",
      "x-verdigris-via": "cli",
      ...(server.key === undefined ? {} : { "x-api-key": server.key }),
      ...(type === undefined ? {} : { "content-type": type }),
      ...(commandId === undefined ? {} : { "idempotency-key": commandId }),
    },
    ...(body === undefined ? {} : { body }),
  };
  try {
    return await server.transport.exchange(request, signal);
  } catch (error) {
    throw error instanceof BrokenConnection ? explained(error, server, wanted) : error;
  }
}

function explained(error: BrokenConnection, { name, from }: Server, wanted: Wanted): Unreachable {
  const where = `${name} (from ${from})`;
  if (NOT_THERE.includes(error.code)) {
    return new BrokenConnection(
      `Nothing answers at ${where}: ${error.message}. Nothing was changed. \`verdigris up\` starts your app's Verdigris, \`verdigris demo\` one to try, \`verdigris doctor\` looks for the cause.`,
      error.code,
    );
  }
  return new BrokenConnection(
    `The connection to ${where} broke: ${error.message}.${doubt(wanted)}`,
    error.code,
  );
}

function doubt({ method, commandId }: Wanted): string {
  if (method === "GET") return "";
  const unknown = " Whether it was carried out is not known.";
  return commandId === undefined
    ? unknown
    : `${unknown} The same command with --command-id ${commandId} finds out and does it at most once.`;
}

const NOT_THERE: readonly string[] = ["ECONNREFUSED", "ENOTFOUND", "EAI_AGAIN", "EHOSTUNREACH"];

function read<T>(server: Server, { status, body }: HttpAnswer): T {
  const answer = parsed(body);
  if (status >= 200 && status < 300 && answer !== undefined) return answer as T;
  if (isErrorAnswer(answer)) throw problemOf(status, answer);
  throw new Problem(
    "failed",
    `${server.name} (from ${server.from}) answered with status ${status} and not as a Verdigris operator does. Check the address.`,
  );
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function isErrorAnswer(answer: unknown): answer is ErrorAnswer {
  if (typeof answer !== "object" || answer === null || !("error" in answer)) return false;
  const { error } = answer;
  return typeof error === "object" && error !== null && "code" in error && "message" in error;
}

function problemOf(status: number, answer: ErrorAnswer): Problem {
  const { code, message } = answer.error;
  const kind = code === "not_found" ? "failed" : (KINDS[status] ?? "failed");
  const advice =
    status === 401
      ? " Put a valid key in VERDIGRIS_API_KEY; `verdigris token create` makes one."
      : "";
  return new Problem(kind, message + advice, answer);
}

const KINDS: Readonly<Record<number, ProblemKind>> = {
  400: "usage",
  403: "refused",
  404: "refused",
  409: "refused",
  413: "usage",
  422: "refused",
};
