import { type Engine, memoryEngine, rainbow, started } from "../../test/support/engine.ts";
import type { RunningOperator } from "../app/create-operator.ts";
import type { Operator } from "../app/operator.ts";
import type { ApiKey, Role } from "../domain/keys.ts";
import { ROLES } from "../domain/keys.ts";
import type { ParseConfiguration } from "./service.ts";
import type { HttpOptions } from "./start-http.ts";
import { startHttp } from "./start-http.ts";

export interface Served {
  readonly engine: Engine;
  readonly operator: RunningOperator;
  readonly url: string;
  readonly port: number;
  readonly logged: readonly string[];
  ask(method: string, path: string, sent?: Sent): Promise<Answer>;
  stop(deadlineMs?: number): Promise<void>;
}

export interface Sent {
  /** Whose key is sent; none when null, an admin's when absent. */
  readonly role?: Role | null;
  /** Sent in place of a role's key. */
  readonly key?: string;
  /** Sent as JSON unless it is a string. */
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** `json` is the parsed text where it is JSON. */
export type Answer = Awaited<ReturnType<typeof ask>>;

interface Change {
  readonly parts?: (operator: RunningOperator) => Partial<Operator>;
  readonly options?: Partial<HttpOptions>;
}

/** The API on a free port, over the sample app in a world in memory. */
export async function served({ parts, options }: Change = {}): Promise<Served> {
  const engine = memoryEngine();
  const operator = await started(engine);
  const logged: string[] = [];
  let ids = 0;
  const http = await startHttp({
    operator: { ...withKeys(operator), ...parts?.(operator) },
    parseConfiguration,
    host: "127.0.0.1",
    port: 0,
    version: "1.2.3",
    log: (level, message, data) => logged.push(`${level} ${message} ${JSON.stringify(data)}`),
    newId: () => {
      ids += 1;
      return `made-${ids}`;
    },
    ...options,
  });
  return {
    engine,
    operator,
    url: http.url,
    port: http.port,
    logged,
    ask: (method, path, sent) => ask(`${http.url}${path}`, method, sent),
    async stop(deadlineMs = 1_000) {
      await http.stop(deadlineMs);
      await operator.stop();
    },
  };
}

export function keyOf(role: Role): string {
  return `key-of-${role}`;
}

/** Keys of the operator's own, and one for each role that is always there. */
function withKeys(operator: RunningOperator): Operator {
  const { keys } = operator;
  return {
    ...operator,
    keys: {
      list: () => keys.list(),
      issue: (name, role, meta) => keys.issue(name, role, meta),
      revoke: (id, meta) => keys.revoke(id, meta),
      isGood: async (id) => ROLES.some((role) => role === id) || keys.isGood(id),
      async authenticate(key, options): Promise<ApiKey | undefined> {
        const role = ROLES.find((one) => keyOf(one) === key);
        if (role === undefined) return keys.authenticate(key, options);
        return { id: role, name: `the ${role}`, role, hash: "", issuedAt: 0 };
      },
    },
  };
}

/** `app: <name>` is taken for the sample app under that name; anything else is wrong in line 3. */
const parseConfiguration: ParseConfiguration = async (_, text) => {
  const app = /^app: (\w+)$/.exec(text)?.[1];
  if (app) return { ok: true, configuration: { ...rainbow(), app } };
  const problem = { line: 3, column: 7, path: "environments", message: "is missing" };
  return { ok: false, problems: [problem] };
};

async function ask(url: string, method: string, sent: Sent = {}) {
  const { role = "admin", body } = sent;
  const key = sent.key ?? (role === null ? undefined : keyOf(role));
  const answer = await fetch(url, {
    method,
    headers: {
      ...(key === undefined ? {} : { "x-api-key": key }),
      ...(body === undefined || typeof body === "string"
        ? {}
        : { "content-type": "application/json" }),
      ...sent.headers,
    },
    ...(body === undefined ? {} : { body: typeof body === "string" ? body : JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get("content-type")?.startsWith("application/json") ?? false;
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    json: isJson && text !== "" ? JSON.parse(text) : undefined,
  };
}
