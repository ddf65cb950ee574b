import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import type { LambdaContext, LambdaEvent } from "hono/aws-lambda";

/** What Lambda calls. */
export type Handler = (
  event: object,
  context: LambdaContext,
) => Promise<FunctionAnswer | undefined>;

interface FunctionAnswer {
  readonly statusCode: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body: string;
  readonly isBase64Encoded: boolean;
}

const DOMAIN = "a1b2c3d4e5.execute-api.eu-west-1.amazonaws.com";
const TIMEOUT_MS = 60_000;

/**
 * What an HTTP API of API Gateway and the scheduler are to a Lambda function: requests become events of
 * payload format 2.0 ("Create AWS Lambda proxy integrations for HTTP APIs"), with the API's own domain as Host.
 */
export class FunctionGateway {
  readonly #handler: Handler;
  readonly #server = createServer((request, response) => {
    this.#serve(request)
      .then(({ statusCode, headers, body, isBase64Encoded }) => {
        response.writeHead(statusCode, headers);
        response.end(isBase64Encoded ? Buffer.from(body, "base64") : body);
      })
      .catch((error: unknown) => response.writeHead(500).end(String(error)));
  });

  private constructor(handler: Handler) {
    this.#handler = handler;
  }

  static async start(handler: Handler): Promise<FunctionGateway> {
    const gateway = new FunctionGateway(handler);
    gateway.#server.listen(0, "127.0.0.1");
    await once(gateway.#server, "listening");
    return gateway;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The schedule's event, with so much of the function's time left. */
  async drive(remainingMs = TIMEOUT_MS): Promise<void> {
    await this.#handler({ verdigris: "drive" }, contextWith(remainingMs));
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, "close");
  }

  async #serve(request: IncomingMessage): Promise<FunctionAnswer> {
    const answer = await this.#handler(await eventOf(request), contextWith(TIMEOUT_MS));
    if (!answer) throw new Error("the function answered nothing");
    return answer;
  }
}

async function eventOf(request: IncomingMessage): Promise<LambdaEvent> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { pathname, search, searchParams } = new URL(request.url ?? "/", "http://localhost");
  const headers = Object.fromEntries(
    Object.entries(request.headers).map(([name, value]) => [name, [value].flat().join(",")]),
  );
  const method = request.method ?? "GET";
  const now = new Date();
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: pathname,
    rawQueryString: search.slice(1),
    headers: { ...headers, host: DOMAIN },
    ...(searchParams.size > 0 ? { queryStringParameters: Object.fromEntries(searchParams) } : {}),
    requestContext: {
      accountId: "123456789012",
      apiId: "a1b2c3d4e5",
      authentication: null,
      authorizer: {},
      domainName: DOMAIN,
      domainPrefix: "a1b2c3d4e5",
      http: {
        method,
        path: pathname,
        protocol: "HTTP/1.1",
        sourceIp: "192.0.2.7",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: "JKJaXmPLvHcESHA=",
      routeKey: "$default",
      stage: "$default",
      time: now.toUTCString(),
      timeEpoch: now.getTime(),
    },
    body: chunks.length > 0 ? Buffer.concat(chunks).toString("base64") : null,
    isBase64Encoded: chunks.length > 0,
  } as unknown as LambdaEvent;
}

function contextWith(remainingMs: number): LambdaContext {
  const end = performance.now() + remainingMs;
  return { getRemainingTimeInMillis: () => end - performance.now() } as LambdaContext;
}
