import { Agent, type IncomingMessage, request } from "node:http";
import { connect } from "node:net";
import type {
  CloudStatus,
  ControlError,
  DeploymentSpec,
  ListenerSpec,
  ServiceStatus,
  ZoneSpec,
} from "../../../cloud/control/protocol.ts";
import type { RecordChange, RecordSet } from "../../../domain/records.ts";
import { controlSocket } from "../../../machine/control-socket.ts";
import { CloudRefusal, CloudUnreachable } from "./cloud-errors.ts";

export interface ClientLimits {
  /** From the call to the end of the answer, the time in the queue included. */
  readonly deadlineMs: number;
  /** Requests on their way at once; the others wait. */
  readonly connections: number;
  /** Requests that are on their way or wait. */
  readonly waiting: number;
}

const LIMITS: ClientLimits = { deadlineMs: 10_000, connections: 8, waiting: 256 };

/** Less than the time after which the local cloud closes a connection that is idle. */
const IDLE_MS = 15_000;
const MOST_OCTETS = 16 * 1024 * 1024;

/**
 * Speaks to the local cloud of one directory, as `protocol.ts` has it. Every call rejects with
 * CloudUnreachable when there is no answer in time, and with CloudRefusal when the answer is a no.
 */
export class CloudClient {
  readonly #socket: string;
  readonly #limits: ClientLimits;
  readonly #agent: Agent;
  #waiting = 0;

  /** @throws SocketPathTooLong */
  constructor(directory: string, limits: Partial<ClientLimits> = {}) {
    this.#socket = controlSocket(directory);
    this.#limits = { ...LIMITS, ...limits };
    const { connections } = this.#limits;
    this.#agent = new Agent({
      keepAlive: true,
      maxSockets: connections,
      maxFreeSockets: connections,
      timeout: IDLE_MS,
    });
  }

  status(): Promise<CloudStatus> {
    return this.#call("GET", "/v1/cloud");
  }

  async ensureZone(zone: ZoneSpec): Promise<void> {
    await this.#call("PUT", "/v1/zones", zone);
  }

  async records(names: readonly string[]): Promise<readonly RecordSet[]> {
    if (names.length === 0) return [];
    const query = new URLSearchParams(names.map((name): [string, string] => ["name", name]));
    const { records } = await this.#call<{ records: RecordSet[] }>("GET", `/v1/records?${query}`);
    return records;
  }

  /** The id of the change. */
  async apply(change: RecordChange): Promise<string> {
    const answer = await this.#call<{ changeId: string }>("POST", "/v1/changes", change);
    return answer.changeId;
  }

  async changeStatus(changeId: string): Promise<"in-sync" | undefined> {
    const path = `/v1/changes/${encodeURIComponent(changeId)}`;
    const found = await orIfNotFound(this.#call<{ status: "in-sync" }>("GET", path));
    return found?.status;
  }

  async listen(service: string, listener: ListenerSpec): Promise<void> {
    await this.#call("PUT", servicePath(service), listener);
  }

  async deploy(service: string, deployment: DeploymentSpec): Promise<void> {
    await this.#call("PUT", `${servicePath(service)}/deployment`, deployment);
  }

  async scale(service: string, tasks: number): Promise<void> {
    await this.#call("PUT", `${servicePath(service)}/scale`, { tasks });
  }

  /** Undefined for a service that the local cloud was never told of. */
  service(service: string): Promise<ServiceStatus | undefined> {
    return orIfNotFound(this.#call<ServiceStatus>("GET", servicePath(service)));
  }

  async logs(service: string, lines: number): Promise<readonly string[]> {
    const path = `${servicePath(service)}/logs?lines=${lines}`;
    return (await this.#call<{ lines: string[] }>("GET", path)).lines;
  }

  /** Returns when the local cloud begins to stop; it answers until it has. */
  async stop(tasks: "keep" | "stop"): Promise<void> {
    await this.#call("POST", "/v1/stop", { tasks });
  }

  /**
   * Resolves when a connection to the local cloud closes or can't be made, or the signal aborts. The kernel
   * closes it as the process dies, so nobody learns of that sooner; but the local cloud itself
   * closes one that says nothing, so ask for its status then.
   */
  hungUp(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const connection = connect({ path: this.#socket, signal });
      connection.on("error", () => undefined);
      connection.once("close", () => resolve());
      connection.resume();
    });
  }

  /** Ends the connections; calls that are under way reject. */
  close(): void {
    this.#agent.destroy();
  }

  async #call<T>(method: string, path: string, body?: unknown): Promise<T> {
    if (this.#waiting >= this.#limits.waiting) {
      throw this.#unreachable(`${this.#limits.waiting} requests wait for its answer already`);
    }
    this.#waiting += 1;
    try {
      const { status, text } = await this.#send(method, path, body);
      if (status >= 200 && status < 300) return (text === "" ? undefined : JSON.parse(text)) as T;
      const { error } = JSON.parse(text) as ControlError;
      throw new CloudRefusal(status, error.code, error.message);
    } catch (error) {
      if (error instanceof CloudRefusal) throw error;
      throw this.#unreachable(reasonOf(error, this.#limits.deadlineMs), error);
    } finally {
      this.#waiting -= 1;
    }
  }

  #send(method: string, path: string, body: unknown): Promise<{ status: number; text: string }> {
    return new Promise((resolve, reject) => {
      const sent = request(
        {
          socketPath: this.#socket,
          agent: this.#agent,
          method,
          path,
          signal: AbortSignal.timeout(this.#limits.deadlineMs),
          ...(body !== undefined && { headers: { "content-type": "application/json" } }),
        },
        (response) => {
          readText(response).then(
            (text) => resolve({ status: response.statusCode ?? 0, text }),
            reject,
          );
        },
      );
      sent.on("error", reject);
      sent.end(body === undefined ? undefined : JSON.stringify(body));
    });
  }

  #unreachable(why: string, cause?: unknown): CloudUnreachable {
    return new CloudUnreachable(this.#socket, why, { cause });
  }
}

async function readText(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const chunk of response) {
    octets += chunk.length;
    if (octets > MOST_OCTETS) throw new Error(`its answer has more than ${MOST_OCTETS} octets`);
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function orIfNotFound<T>(call: Promise<T>): Promise<T | undefined> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof CloudRefusal && error.code === "not_found") return undefined;
    throw error;
  }
}

function servicePath(service: string): string {
  return `/v1/services/${encodeURIComponent(service)}`;
}

function reasonOf(error: unknown, deadlineMs: number): string {
  const { name, code, message } = error as NodeJS.ErrnoException;
  if (name === "TimeoutError" || name === "AbortError")
    return `no answer within ${deadlineMs / 1000} s`;
  if (code === "ENOENT" || code === "ECONNREFUSED") return `nothing listens there (${code})`;
  return message;
}
