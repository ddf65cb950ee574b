import { once } from "node:events";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";

/**
 * A part of GitHub's REST API (version 2022-11-28) in this process: commit statuses, deployments and
 * their statuses, after its reference ("REST API endpoints for commit statuses", "… for deployments",
 * "… for deployment statuses") and its rate limits.
 */
export interface FakeGitHub {
  /** `http://127.0.0.1:<port>/api/v3`, as GitHub Enterprise Server has it. */
  readonly baseUrl: string;
  /** The host of its repositories. */
  readonly host: string;
  readonly requests: readonly FakeRequest[];
  /** Makes a repository with these commits. */
  repository(name: string, commits: readonly string[]): FakeRepository;
  /** What becomes of the next requests, one each, instead of an answer. */
  next(...troubles: readonly Trouble[]): void;
  stop(): Promise<void>;
}

export const TOKEN = "ghp_thisTokenIsASecret";

export interface FakeRequest {
  readonly method: string;
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
  readonly headers: IncomingMessage["headers"];
  readonly body: unknown;
}

export interface FakeRepository {
  readonly commits: Set<string>;
  readonly statuses: Map<string, FakeStatus[]>;
  /** Oldest first. */
  readonly deployments: FakeDeployment[];
}

interface FakeStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string | null;
  readonly context: string;
}

export interface FakeDeployment {
  readonly id: number;
  readonly sha: string;
  readonly ref: string;
  readonly task: string;
  readonly environment: string;
  readonly payload: unknown;
  readonly description: string | null;
  readonly production_environment: boolean;
  /** Oldest first; not part of GitHub's answer. */
  readonly history: FakeDeploymentStatus[];
}

export interface FakeDeploymentStatus {
  readonly id: number;
  readonly state: string;
  readonly description: string;
  readonly environment_url: string;
}

export type Trouble =
  | {
      readonly status: number;
      readonly headers?: Record<string, string>;
      readonly message?: string;
    }
  /** The connection ends before anything was done, or after it was. */
  | "cut before"
  | "cut after"
  | "silence"
  | "as usual"
  /** Something happens first. */
  | (() => void);

const DESCRIPTION_LENGTH = 140;
const STATUS_STATES = ["error", "failure", "pending", "success"];
const DEPLOYMENT_STATES = [
  ...["error", "failure", "inactive", "in_progress", "queued", "pending", "success"],
];

export async function fakeGitHub(): Promise<FakeGitHub> {
  const repositories = new Map<string, FakeRepository>();
  const requests: FakeRequest[] = [];
  const troubles: Trouble[] = [];
  let ids = 0;
  const nextId = () => {
    ids += 1;
    return ids;
  };
  const server = createServer(async (incoming, outgoing) => {
    const request = await read(incoming);
    requests.push(request);
    const trouble = troubles.shift() ?? "as usual";
    if (trouble === "silence") return;
    if (trouble === "cut before") return incoming.socket.destroy();
    if (typeof trouble === "function") trouble();
    if (typeof trouble === "object") {
      return send(outgoing, trouble.status, { message: trouble.message ?? "" }, trouble.headers);
    }
    const [status, answer] = answerTo(request, repositories, nextId);
    if (trouble === "cut after") return incoming.socket.destroy();
    return send(outgoing, status, answer);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    baseUrl: `http://${host}/api/v3`,
    host,
    requests,
    repository(name, commits) {
      const made = { commits: new Set(commits), statuses: new Map(), deployments: [] };
      repositories.set(name.toLowerCase(), made);
      return made;
    },
    next: (...more) => troubles.push(...more),
    async stop() {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}

type FakeAnswer = readonly [status: number, body: unknown];

function answerTo(
  request: FakeRequest,
  repositories: ReadonlyMap<string, FakeRepository>,
  nextId: () => number,
): FakeAnswer {
  const { method, path, headers } = request;
  if (!headers["user-agent"]) return no(403, "Request forbidden by administrative rules.");
  if (headers.authorization !== `Bearer ${TOKEN}`) return no(401, "Bad credentials");
  const [, owner = "", name = "", rest = ""] =
    /^\/repos\/([^/]+)\/([^/]+)(\/.*)?$/.exec(path) ?? [];
  const repository = repositories.get(`${owner}/${name}`.toLowerCase());
  if (!repository) return no(404, "Not Found");
  const [, sha] = /^\/statuses\/(\w+)$/.exec(rest) ?? [];
  const [, combined] = /^\/commits\/(\w+)\/status$/.exec(rest) ?? [];
  const [, id] = /^\/deployments\/(\d+)\/statuses$/.exec(rest) ?? [];
  if (method === "POST" && sha) return createStatus(repository, sha, request, nextId);
  if (method === "GET" && combined) return combinedStatus(repository, combined, request);
  if (method === "POST" && rest === "/deployments")
    return createDeployment(repository, request, nextId);
  if (method === "GET" && rest === "/deployments") return listDeployments(repository, request);
  const deployment = repository.deployments.find((one) => one.id === Number(id));
  if (!deployment) return no(404, "Not Found");
  if (method === "GET") return [200, page(deployment.history.toReversed(), request)];
  return createDeploymentStatus(repository, deployment, request, nextId);
}

function createStatus(
  repository: FakeRepository,
  sha: string,
  { body }: FakeRequest,
  nextId: () => number,
): FakeAnswer {
  const { state, description = null, context = "default" } = body as Partial<FakeStatus>;
  if (!repository.commits.has(sha)) return no(422, `No commit found for SHA: ${sha}`);
  if (!STATUS_STATES.includes(state ?? "")) return no(422, "Validation Failed");
  if (tooLong(description)) return no(422, "Validation Failed");
  const made = { id: nextId(), state: state ?? "", description, context };
  const known = repository.statuses.get(sha) ?? [];
  repository.statuses.set(sha, [...known, made]);
  return [201, made];
}

/** The newest of each context. */
function combinedStatus(repository: FakeRepository, sha: string, request: FakeRequest): FakeAnswer {
  if (!repository.commits.has(sha)) return no(422, `No commit found for SHA: ${sha}`);
  const newest = new Map((repository.statuses.get(sha) ?? []).map((one) => [one.context, one]));
  const statuses = [...newest.values()];
  return [200, { sha, total_count: statuses.length, statuses: page(statuses, request) }];
}

function createDeployment(
  repository: FakeRepository,
  { body }: FakeRequest,
  nextId: () => number,
): FakeAnswer {
  const asked = body as Partial<FakeDeployment> & {
    readonly required_contexts?: readonly string[];
  };
  const { ref = "", task = "deploy", environment = "production", payload = "" } = asked;
  if (!repository.commits.has(ref)) return no(422, `No ref found for: ${ref}`);
  if (tooLong(asked.description ?? null)) return no(422, "Validation Failed");
  const unfinished = (repository.statuses.get(ref) ?? []).some(({ state }) => state !== "success");
  if (unfinished && asked.required_contexts === undefined) {
    return no(409, "Conflict: Commit status checks failed for master.");
  }
  const made: FakeDeployment = {
    ...{ id: nextId(), sha: ref, ref, task, environment, payload },
    description: asked.description ?? null,
    production_environment: asked.production_environment ?? environment === "production",
    history: [],
  };
  repository.deployments.push(made);
  return [201, shown(made)];
}

function listDeployments({ deployments }: FakeRepository, request: FakeRequest): FakeAnswer {
  const filters = ["sha", "ref", "task", "environment"] as const;
  const found = deployments
    .filter((one) => filters.every((key) => (request.query[key] ?? one[key]) === one[key]))
    .toReversed();
  return [200, page(found, request).map(shown)];
}

function createDeploymentStatus(
  repository: FakeRepository,
  deployment: FakeDeployment,
  { body }: FakeRequest,
  nextId: () => number,
): FakeAnswer {
  const asked = body as Partial<FakeDeploymentStatus> & { readonly auto_inactive?: boolean };
  const { state = "", description = "", environment_url = "" } = asked;
  if (!DEPLOYMENT_STATES.includes(state)) return no(422, "Validation Failed");
  if (tooLong(description)) return no(422, "Validation Failed");
  const made = { id: nextId(), state, description, environment_url };
  deployment.history.push(made);
  if (state === "success" && asked.auto_inactive !== false) {
    for (const other of repository.deployments) {
      const same = other.environment === deployment.environment && other !== deployment;
      if (!same || other.production_environment || other.history.at(-1)?.state !== "success")
        continue;
      other.history.push({ ...made, id: nextId(), state: "inactive" });
    }
  }
  return [201, made];
}

function shown({ history: _, ...deployment }: FakeDeployment) {
  return deployment;
}

function page<T>(all: readonly T[], { query }: FakeRequest): T[] {
  const size = Math.min(Number(query.per_page ?? 30), 100);
  const from = (Number(query.page ?? 1) - 1) * size;
  return all.slice(from, from + size);
}

function tooLong(description: string | null): boolean {
  return [...(description ?? "")].length > DESCRIPTION_LENGTH;
}

function no(status: number, message: string): FakeAnswer {
  return [status, { message, documentation_url: "https://docs.github.com/rest" }];
}

function send(
  outgoing: ServerResponse,
  status: number,
  body: unknown,
  headers: Record<string, string> = {},
): void {
  outgoing.writeHead(status, { "content-type": "application/json; charset=utf-8", ...headers });
  outgoing.end(JSON.stringify(body));
}

async function read(incoming: IncomingMessage): Promise<FakeRequest> {
  const { pathname, searchParams } = new URL(incoming.url ?? "", "http://here");
  const body = await text(incoming);
  return {
    method: incoming.method ?? "",
    path: decodeURIComponent(pathname.replace(/^\/api\/v3/, "")),
    query: Object.fromEntries(searchParams),
    headers: incoming.headers,
    body: body === "" ? undefined : JSON.parse(body),
  };
}
