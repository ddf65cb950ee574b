import type { Operator } from "../app/operator.ts";
import type { OpenApiDocument } from "../contract/openapi.ts";
import { openApiDocument } from "../contract/openapi.ts";
import type { AppConfiguration } from "../domain/app/configuration.ts";
import type { ApiKey } from "../domain/keys.ts";
import { EventStreams } from "./event-streams.ts";
import type { Log } from "./log.ts";
import { Refusals } from "./refusals.ts";
import { RequestCounter } from "./request-counter.ts";
import { statusOf } from "./status.ts";
import { WrongKeys } from "./wrong-keys.ts";

/** What the API is served from. */
export interface ServiceOptions {
  readonly operator: Operator;
  readonly parseConfiguration: ParseConfiguration;
  /** Of the program, for the document and the metrics. */
  readonly version: string;
  readonly log: Log;
  /** A new unique id for commands and failures: 1 to 128 of A-Z a-z 0-9 . _ : / -. */
  readonly newId: () => string;
  /** Host names, beside localhost and loopback addresses, under which the API is asked for. */
  readonly allowedHosts: readonly string[];
  /**
   * Who asks, whatever key is sent: for an API that nobody else can reach, in the process of the one
   * who asks. Absent, a request must bring a key.
   */
  readonly caller?: ApiKey;
  /** By which GitHub signs its webhooks; without it none is taken. */
  readonly githubWebhookSecret?: string;
}

/** What handlers work with. */
export interface Service extends ServiceOptions {
  /** The IP address it listens on. */
  readonly host: string;
  /** Made when it is first asked for: that is slow, and most processes are never asked. */
  document(): OpenApiDocument;
  readonly counter: RequestCounter;
  readonly refusals: Refusals;
  readonly streams: EventStreams;
  readonly wrongKeys: WrongKeys;
}

export interface ServiceLimits {
  readonly heartbeatMs?: number;
  /** 0 where answers can't be streamed. */
  readonly eventStreams?: number;
  readonly wrongKeys?: number;
  /** Milliseconds of the clock by which addresses wait and the log takes more lines. */
  readonly now?: () => number;
}

/** @param host the IP address that the API is listened for on, or the name it is asked for under */
export function createService(
  options: ServiceOptions,
  host: string,
  limits: ServiceLimits = {},
): Service {
  const { now = () => performance.now(), wrongKeys, eventStreams, heartbeatMs } = limits;
  let document: OpenApiDocument | undefined;
  return {
    ...options,
    host,
    document() {
      document ??= openApiDocument(options.version, statusOf);
      return document;
    },
    counter: new RequestCounter(),
    refusals: new Refusals(options.log, now),
    wrongKeys: new WrongKeys({ now, ...(wrongKeys === undefined ? {} : { atOnce: wrongKeys }) }),
    streams: new EventStreams({
      ...(eventStreams === undefined ? {} : { most: eventStreams }),
      ...(heartbeatMs === undefined ? {} : { heartbeatMs }),
    }),
  };
}

/** Reads the text of an app's verdigris.yaml. */
export type ParseConfiguration = (
  app: string,
  text: string,
) => Promise<
  | { readonly ok: true; readonly configuration: AppConfiguration }
  | { readonly ok: false; readonly problems: readonly ConfigurationProblem[] }
>;

export interface ConfigurationProblem {
  /** Counted from 1, as is `column`. */
  readonly line: number;
  readonly column: number;
  readonly path: string;
  readonly message: string;
}
