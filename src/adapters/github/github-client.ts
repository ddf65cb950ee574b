import { withDeadline } from "../../machine/deadline.ts";
import type { Clock } from "../../ports/clock.ts";
import { GitHubError } from "./github-error.ts";
import { type Attempt, isRateLimited, pauseBeforeRetry } from "./pause-before-retry.ts";
import { readJson } from "./read-json.ts";
import { hostBehind } from "./repository.ts";

export interface GitHubOptions {
  /** Of a GitHub App or a person: it may read and write commit statuses and deployments. */
  readonly token: string;
  /** `https://api.github.com` when left out; `https://<host>/api/v3` of GitHub Enterprise Server. */
  readonly baseUrl?: string;
  readonly clock: Clock;
  /** Ends what is under way and waits for nothing more. */
  readonly signal?: AbortSignal;
  /** From 0 to 1, for jitter. */
  readonly random?: () => number;
  /** For one attempt, in milliseconds; ten seconds when left out. */
  readonly deadlineMs?: number;
}

export interface GitHubRequest {
  readonly method: "GET" | "POST";
  /** Below the base address, already encoded. */
  readonly path: string;
  readonly query?: Readonly<Record<string, string | number>>;
  readonly body?: object;
  /** That a repeat does no harm: said of a POST. */
  readonly repeatable?: boolean;
}

const PUBLIC_API = "https://api.github.com";
const DEADLINE_MS = 10_000;
const MOST_ATTEMPTS = 5;
/** Of all pauses of one request together; whoever is turned away for longer comes again later. */
const LONGEST_WAIT_MS = 180_000;

/** GitHub's REST API, with a deadline for each attempt and bounded retries. */
export class GitHubClient {
  /** Of the repositories that it speaks of: `github.com`. */
  readonly host: string;
  readonly #options: GitHubOptions;
  readonly #baseUrl: string;

  /** Throws a RangeError for an address over which a token would be sent in clear. */
  constructor(options: GitHubOptions) {
    this.#options = options;
    this.#baseUrl = safeAddress(options.baseUrl ?? PUBLIC_API);
    this.host = hostBehind(this.#baseUrl);
  }

  /** The JSON of a successful answer. Throws a `GitHubError`. */
  async ask(request: GitHubRequest): Promise<unknown> {
    const { clock, signal, random = Math.random } = this.#options;
    const { repeatable = request.method === "GET" } = request;
    let waited = 0;
    for (let times = 1; ; times++) {
      const { attempt, json, cause } = await this.#attempt(request);
      if (attempt.answered && attempt.status >= 200 && attempt.status < 300) return json;
      const pause = pauseBeforeRetry(attempt, times, {
        repeatable,
        now: clock.now(),
        random: random(),
      });
      const patient = pause !== undefined && waited + pause <= LONGEST_WAIT_MS;
      if (!patient || times === MOST_ATTEMPTS || signal?.aborted) {
        throw failure(request, attempt, cause);
      }
      await clock.wait(pause, signal);
      waited += pause;
    }
  }

  async #attempt(request: GitHubRequest): Promise<Outcome> {
    const { token, signal, deadlineMs = DEADLINE_MS } = this.#options;
    const { method, path, query = {}, body } = request;
    const url = new URL(`${this.#baseUrl}${path}`);
    for (const [name, value] of Object.entries(query)) url.searchParams.set(name, String(value));
    try {
      return await withDeadline(deadlineMs, signal, async (either) => {
        const answer = await fetch(url, {
          method,
          // A POST that is redirected becomes a GET, and a token must not go elsewhere.
          redirect: "manual",
          signal: either,
          headers: {
            accept: "application/vnd.github+json",
            authorization: `Bearer ${token}`,
            "user-agent": "verdigris",
            "x-github-api-version": "2022-11-28",
            ...(body === undefined ? {} : { "content-type": "application/json" }),
          },
          ...(body === undefined ? {} : { body: JSON.stringify(body) }),
        });
        const json = await readJson(answer);
        const { status, headers } = answer;
        return { attempt: { answered: true, status, headers, message: messageIn(json) }, json };
      });
    } catch (cause) {
      return { attempt: { answered: false }, json: undefined, cause };
    }
  }
}

interface Outcome {
  readonly attempt: Attempt;
  readonly json: unknown;
  readonly cause?: unknown;
}

function safeAddress(written: string): string {
  const { protocol, hostname, origin, pathname } = new URL(written);
  const loopback = hostname === "127.0.0.1" || hostname === "localhost" || hostname === "[::1]";
  if (protocol !== "https:" && !(protocol === "http:" && loopback)) {
    throw new RangeError(`${origin} is no address for a token: write one with https`);
  }
  return `${origin}${pathname.replace(/\/+$/, "")}`;
}

function messageIn(json: unknown): string {
  if (typeof json !== "object" || json === null || !("message" in json)) return "";
  return typeof json.message === "string" ? json.message : "";
}

function failure({ method, path }: GitHubRequest, attempt: Attempt, cause: unknown): GitHubError {
  const what = `GitHub: ${method} ${path}`;
  if (!attempt.answered) {
    return new GitHubError(`${what} got no answer: ${reasonOf(cause)}`, { final: false, cause });
  }
  const { status, message } = attempt;
  const final = status < 500 && status !== 408 && !isRateLimited(attempt);
  return new GitHubError(`${what} was answered with ${status}: ${message || hint(status)}`, {
    status,
    final,
  });
}

function hint(status: number): string {
  return status >= 300 && status < 400 ? "the repository has moved" : "no reason given";
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  // What `fetch` throws says "fetch failed", and its own cause says why.
  return cause.cause instanceof Error ? cause.cause.message : cause.message;
}
