import type { Host } from "../../app/host.ts";
import type { HttpAnswer, HttpRequest } from "../../cli/http-exchange.ts";
import type { TableReach } from "../../cli/reach.ts";
import { createApi } from "../../http/create-api.ts";
import { createService } from "../../http/service.ts";
import { VERSION } from "../version.ts";
import { asAwsProblem } from "./as-aws-problem.ts";
import { callerName } from "./caller-name.ts";
import { drivenApi } from "./driven-api.ts";
import type { OpenedAws } from "./open-aws.ts";
import { openAws } from "./open-aws.ts";
import { awsSettings } from "./settings.ts";

/**
 * The operator's API in the process of the one who asks, on a table with the caller's credentials. IAM
 * says who may do what; on record is whom AWS takes the caller for. Each request carries on what it
 * concerns, so what one call began the next one ends.
 */
export class DirectApi {
  readonly #aws: OpenedAws;
  readonly #fetch: ReturnType<typeof drivenApi>;
  readonly #defects: Defects;

  private constructor(aws: OpenedAws, fetch: ReturnType<typeof drivenApi>, defects: Defects) {
    this.#aws = aws;
    this.#fetch = fetch;
    this.#defects = defects;
  }

  /** Throws a Problem where AWS doesn't know the caller. */
  static async open(reach: TableReach, remark: (line: string) => void): Promise<DirectApi> {
    const aws = await openAws(awsSettings(reach, process.env), remarks(remark));
    try {
      const defects = new Defects(remark);
      const name = callerName((await aws.identity()).arn);
      const service = createService(
        {
          operator: aws.operator,
          parseConfiguration: (app, text) => aws.read(app, text),
          version: VERSION,
          log: (_level, _message, { error }) => defects.note(error),
          newId: aws.host.newId,
          allowedHosts: [],
          caller: { id: "direct", name, role: "admin", hash: "", issuedAt: 0 },
        },
        "localhost",
        { eventStreams: 0 },
      );
      const fetch = drivenApi(createApi(service), aws.operator, { before: true });
      return new DirectApi(aws, fetch, defects);
    } catch (error) {
      await aws.close();
      throw asAwsProblem(error);
    }
  }

  async exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer> {
    const { method, url, headers, body } = request;
    signal.throwIfAborted();
    // What a connection would add (RFC 9110, sections 7.2 and 8.6).
    const host = new URL(url).host;
    const length = body === undefined ? {} : { "content-length": String(Buffer.byteLength(body)) };
    const asked = new Request(url, {
      method,
      headers: { ...headers, ...length, host },
      ...(body === undefined ? {} : { body }),
    });
    const answer = await this.#fetch(asked);
    if (answer.status === 500) this.#defects.tell();
    signal.throwIfAborted();
    return { status: answer.status, body: await answer.text() };
  }

  async close(): Promise<void> {
    await this.#aws.operator.stop();
    await this.#aws.close();
  }
}

/** An answer says itself why a request is refused; only a defect of the program leaves more to be told. */
class Defects {
  readonly #remark: (line: string) => void;
  #last: unknown;

  constructor(remark: (line: string) => void) {
    this.#remark = remark;
  }

  note(error: unknown): void {
    this.#last = error;
  }

  tell(): void {
    this.#remark(String(this.#last));
  }
}

/** What keeps work from going on, told once each; the rest is for an operator's log. */
function remarks(remark: (line: string) => void): Host["log"] {
  const told = new Set<string>();
  return (level, message, { error, reason } = {}) => {
    if (level === "info") return;
    const why = error instanceof Error ? error.message : (error ?? reason);
    const line = why === undefined ? message : `${message}: ${String(why)}`;
    if (told.has(line)) return;
    told.add(line);
    remark(line);
  };
}
