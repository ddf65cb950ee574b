import {
  readChange,
  readDeployment,
  readListener,
  readScale,
  readStop,
  readZone,
} from "./bodies.ts";
import { ControlFault } from "./control-fault.ts";
import type { Controls } from "./controls.ts";

/** A request as the routes see it. */
export interface Ask {
  readonly controls: Controls;
  readonly query: URLSearchParams;
  /** What stands in the path for `:service` or `:id`. */
  readonly named: string;
  /** The JSON body. Throws a ControlFault. */
  body(): Promise<unknown>;
}

/** Without content, nothing is sent but the status. */
export interface Answer {
  readonly status: 200 | 202 | 204;
  readonly content?: unknown;
  /** Runs when the answer is on its way. */
  readonly after?: () => void;
}

interface Route {
  readonly method: string;
  readonly path: readonly string[];
  readonly answer: (ask: Ask) => Answer | Promise<Answer>;
}

const MOST_LINES = 10_000;
const MOST_NAMES = 1_000;

/** Each part becomes part of file names and of a task's environment. */
const SERVICE = /^[a-z0-9][a-z0-9-]{0,62}(?:\/[a-z0-9][a-z0-9-]{0,62}){2}$/;

const DONE: Answer = { status: 204 };

const ROUTES: readonly Route[] = [
  route("GET /v1/cloud", ({ controls }) => found(controls.status())),
  route("PUT /v1/zones", async ({ controls, body }) => {
    await controls.ensureZone(readZone(await body()));
    return DONE;
  }),
  route("GET /v1/records", ({ controls, query }) => {
    const names = query.getAll("name");
    if (names.length > MOST_NAMES) throw badRequest(`more than ${MOST_NAMES} names`);
    return found({ records: controls.records(names) });
  }),
  route("POST /v1/changes", async ({ controls, body }) =>
    found({ changeId: await controls.apply(readChange(await body())) }),
  ),
  route("GET /v1/changes/:id", ({ controls, named }) => {
    const status = controls.changeStatus(named);
    if (status === "unknown") throw new ControlFault("not_found", `There is no change ${named}.`);
    return found({ status });
  }),
  route("PUT /v1/services/:service", async ({ controls, named, body }) => {
    await controls.listen(service(named), readListener(await body()));
    return DONE;
  }),
  route("PUT /v1/services/:service/deployment", async ({ controls, named, body }) => {
    await controls.deploy(service(named), readDeployment(await body()));
    return DONE;
  }),
  route("PUT /v1/services/:service/scale", async ({ controls, named, body }) => {
    await controls.scale(service(named), readScale(await body()).tasks);
    return DONE;
  }),
  route("GET /v1/services/:service", async ({ controls, named }) =>
    found(await controls.service(service(named))),
  ),
  route("GET /v1/services/:service/logs", async ({ controls, named, query }) =>
    found({ lines: await controls.logs(service(named), lineCount(query)) }),
  ),
  route("POST /v1/stop", async ({ controls, body }) => {
    const { tasks } = readStop(await body());
    return { status: 202, after: () => controls.stop(tasks) };
  }),
];

/** Throws a ControlFault when there is no such route. */
export function routeOf(method: string, path: string) {
  const parts = path.split("/").slice(1);
  for (const one of ROUTES) {
    const named = one.method === method ? match(one.path, parts) : undefined;
    if (named !== undefined) return { named, answer: one.answer };
  }
  throw new ControlFault("not_found", `There is no ${method} ${path}.`);
}

function route(at: string, answer: Route["answer"]): Route {
  const [method = "", path = ""] = at.split(" ");
  return { method, path: path.split("/").slice(1), answer };
}

/** What stands for the named part; empty when the path has none, undefined when it doesn't match. */
function match(path: readonly string[], parts: readonly string[]): string | undefined {
  if (path.length !== parts.length) return undefined;
  const at = path.findIndex((part) => part.startsWith(":"));
  if (path.some((part, i) => i !== at && part !== parts[i])) return undefined;
  return decoded(parts[at] ?? "");
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    throw badRequest("the path is not percent-encoded UTF-8");
  }
}

function service(name: string): string {
  if (SERVICE.test(name)) return name;
  throw badRequest(
    `"${name}" is not a service: it should read app/environment/side, of lower-case letters, digits and hyphens`,
  );
}

function lineCount(query: URLSearchParams): number {
  const lines = Number(query.get("lines") ?? 200);
  if (Number.isInteger(lines) && lines >= 0 && lines <= MOST_LINES) return lines;
  throw badRequest(`lines should be a whole number from 0 to ${MOST_LINES}`);
}

function found(content: unknown): Answer {
  return { status: 200, content };
}

function badRequest(fault: string): ControlFault {
  return new ControlFault("bad_request", `${fault}. Nothing was changed.`);
}
