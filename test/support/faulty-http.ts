import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestOptions,
  request,
  type ServerResponse,
} from "node:http";
import type { AddressInfo } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import type { Fault, FaultPlan } from "./faults.ts";
import { noFaults } from "./faults.ts";

interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly body: Buffer;
}

/** How calls are turned away. */
interface TurnedAway {
  readonly status: number;
  readonly type: string;
  readonly body: object | string;
}

export interface FaultyHttpOptions {
  /** Where to listen: a socket's path, or 0 for a free port of loopback. */
  readonly listen: string | 0;
  readonly upstream: Pick<RequestOptions, "socketPath" | "host" | "port">;
  /** How the server that is stood in for turns calls away when there are too many. */
  readonly throttled: TurnedAway | ((asked: IncomingMessage) => TurnedAway);
  /** How it turns them away by a fault of its own. */
  readonly failed?: TurnedAway;
  readonly delayMs?: number;
}

/** Stands between a client and a server that speak HTTP, and lets their calls meet with faults. */
export class FaultyHttp {
  readonly #options: FaultyHttpOptions;
  readonly #agent = new Agent({ keepAlive: true });
  readonly #server = createServer((asked, answer) => void this.#stand(asked, answer));
  #plan = noFaults;
  /** Calls since the plan began, with the fault that each met. */
  calls: { readonly what: string; readonly fault: Fault | undefined }[] = [];

  private constructor(options: FaultyHttpOptions) {
    this.#options = options;
  }

  static async start(options: FaultyHttpOptions): Promise<FaultyHttp> {
    const faulty = new FaultyHttp(options);
    const { listen } = options;
    if (listen === 0) faulty.#server.listen(0, "127.0.0.1");
    else faulty.#server.listen(listen);
    await once(faulty.#server, "listening");
    return faulty;
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  follow(plan: FaultPlan): void {
    this.#plan = plan;
    this.calls = [];
  }

  async close(): Promise<void> {
    this.#agent.destroy();
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  async #stand(asked: IncomingMessage, answer: ServerResponse): Promise<void> {
    try {
      const body = await bodyOf(asked);
      const what = `${asked.method} ${decodeURIComponent(asked.url ?? "")}`;
      const fault = this.#plan(this.calls.length, what);
      this.calls.push({ what, fault });
      const sent = await this.#meet(fault, asked, body);
      if (sent === "cut") asked.socket.destroy();
      else if (sent !== "silence") answer.writeHead(sent.status, sent.headers).end(sent.body);
    } catch {
      asked.socket.destroy();
    }
  }

  async #meet(
    fault: Fault | undefined,
    asked: IncomingMessage,
    body: Buffer,
  ): Promise<Answer | "cut" | "silence"> {
    if (fault === "drop") return "cut";
    const { throttled, failed } = this.#options;
    if (fault === "throttle") {
      return turnedAway(typeof throttled === "function" ? throttled(asked) : throttled);
    }
    if (fault === "fail" && failed) return turnedAway(failed);
    if (fault === "delay") await pause(this.#options.delayMs ?? 50);
    if (fault === "duplicate") await this.#forward(asked, body);
    const carriedOut = await this.#forward(asked, body);
    if (fault === "cut") return "cut";
    return fault === "hang" ? "silence" : carriedOut;
  }

  async #forward({ method, url, headers }: IncomingMessage, body: Buffer): Promise<Answer> {
    const { upstream } = this.#options;
    const sent = request({ ...upstream, agent: this.#agent, method, path: url, headers });
    sent.end(body);
    const [received] = (await once(sent, "response")) as [IncomingMessage];
    const { statusCode: status = 0, headers: answered } = received;
    return { status, headers: answered, body: await bodyOf(received) };
  }
}

function turnedAway({ status, type, body }: TurnedAway): Answer {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  return { status, headers: { "content-type": type }, body: Buffer.from(text) };
}

async function bodyOf(message: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of message) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks);
}
