import { once } from "node:events";
import {
  Agent,
  createServer,
  type IncomingMessage,
  type RequestListener,
  type RequestOptions,
  request,
  type Server,
} from "node:http";
import {
  type AddressInfo,
  connect,
  createServer as createTcpServer,
  type Socket,
  type Server as TcpServer,
} from "node:net";
import { onTestFinished } from "vitest";
import type { Target } from "../target-group.ts";
import { type Balancer, type BalancerOptions, startBalancer } from "./balancer.ts";

/** For tests: real tasks, balancers and clients on loopback, ended when the test is. */
export interface Task extends Target {
  readonly server: Server;
  /** Connections accepted, and requests begun, apart from health checks. */
  readonly seen: { connections: number; requests: number };
  crash(): void;
}

const LOOPBACK = "127.0.0.1";

let tasks = 0;

export async function startTask(listener: RequestListener, host = LOOPBACK): Promise<Task> {
  tasks += 1;
  const seen = { connections: 0, requests: 0 };
  const sockets = new Set<Socket>();
  const counted = new WeakSet<Socket>();
  const server = createServer((incoming, response) => {
    if (incoming.url === "/health") {
      response.end();
      return;
    }
    seen.requests += 1;
    if (!counted.has(incoming.socket)) seen.connections += 1;
    counted.add(incoming.socket);
    listener(incoming, response);
  });
  server.on("connection", (socket) => {
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
  });
  const crash = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  onTestFinished(crash);
  const port = await listening(server, host);
  return { id: `t${tasks}`, host, port, healthPath: "/health", server, seen, crash };
}

/** A task that speaks for itself, byte by byte; `spoken` gets each connection that is not a health check's. */
export async function startRawTask(
  spoken: (socket: Socket, firstBytes: string) => void,
): Promise<Target> {
  tasks += 1;
  const sockets = new Set<Socket>();
  const server = createTcpServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => socket.destroy());
    socket.once("data", (chunk) => {
      const text = chunk.toString("latin1");
      if (text.startsWith("GET /health ")) socket.end("HTTP/1.1 200 OK\r\n\r\n");
      else spoken(socket, text);
    });
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  const port = await listening(server, LOOPBACK);
  return { id: `t${tasks}`, host: LOOPBACK, port, healthPath: "/health" };
}

export function textTask(text: string, host = LOOPBACK): Promise<Task> {
  return startTask((_, response) => response.end(text), host);
}

async function listening(server: TcpServer, host: string): Promise<number> {
  server.listen({ host, port: 0 });
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A target that nothing listens on, at an address where no other test would. */
export async function refusingTarget(id: string): Promise<Target> {
  const host = "127.0.0.66";
  const server = createTcpServer();
  const port = await listening(server, host);
  server.close();
  await once(server, "close");
  return { id, host, port, healthPath: "/health" };
}

export async function balancerOf(
  targets: readonly Target[],
  options: Partial<BalancerOptions> = {},
): Promise<Balancer> {
  const balancer = await startBalancer({
    name: "rainbow/blue",
    address: "127.0.0.1",
    port: 0,
    ...options,
  });
  onTestFinished(() => balancer.close(0));
  for (const target of targets) balancer.add(target);
  return balancer;
}

/** Resolves when `condition` holds; rejects after ten seconds without. */
export async function until(condition: () => boolean, what: string): Promise<void> {
  const deadline = performance.now() + 10_000;
  while (!condition()) {
    if (performance.now() > deadline) throw new Error(`not within 10 s: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}

export function keepAliveAgent(): Agent {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  onTestFinished(() => agent.destroy());
  return agent;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingMessage["headers"];
  readonly rawHeaders: readonly string[];
  readonly body: string;
}

export interface AskOptions extends RequestOptions {
  readonly body?: string | Buffer;
}

/** One request, and the whole of its answer; rejects when the answer is cut. */
export async function ask(
  { address, port }: { readonly address: string; readonly port: number },
  path: string,
  { body, ...options }: AskOptions = {},
): Promise<Answer> {
  const sent = request({ host: address, port, path, agent: false, ...options });
  sent.end(body);
  const [response] = (await once(sent, "response", deadline())) as [IncomingMessage];
  return { ...headOf(response), body: await textOf(response) };
}

export function headOf(response: IncomingMessage): Omit<Answer, "body"> {
  const { statusCode = 0, headers, rawHeaders } = response;
  return { status: statusCode, headers, rawHeaders };
}

export async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stream) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** A TCP connection to the address, with all that has come over it. */
export class Wire {
  readonly socket: Socket;
  received = "";
  ended = false;
  closed = false;

  private constructor(socket: Socket) {
    this.socket = socket;
    socket.on("data", (chunk) => {
      this.received += chunk.toString("latin1");
    });
    socket.on("end", () => {
      this.ended = true;
    });
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      this.closed = true;
    });
  }

  static async to(at: { readonly address: string; readonly port: number }): Promise<Wire> {
    const socket = connect({ host: at.address, port: at.port, allowHalfOpen: true });
    onTestFinished(() => {
      socket.destroy();
    });
    await once(socket, "connect", deadline());
    return new Wire(socket);
  }

  send(...lines: string[]): void {
    this.socket.write(lines.join("\r\n"));
  }

  async receives(part: string): Promise<void> {
    await until(() => this.received.includes(part), `"${part}" in "${this.received}"`);
  }

  async ends(): Promise<string> {
    await until(() => this.ended || this.closed, "the end of the connection");
    return this.received;
  }
}

export function deadline(): { signal: AbortSignal } {
  return { signal: AbortSignal.timeout(10_000) };
}
