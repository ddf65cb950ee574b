import type { Operator } from "../app/operator.ts";
import type { OpenApiDocument } from "../contract/openapi.ts";
import type { AppConfiguration } from "../domain/app/configuration.ts";
import type { EventStreams } from "./event-streams.ts";
import type { Refusals } from "./refusals.ts";
import type { RequestCounter } from "./request-counter.ts";
import type { WrongKeys } from "./wrong-keys.ts";

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
}

/** What handlers work with. */
export interface Service extends ServiceOptions {
  /** The IP address it listens on. */
  readonly host: string;
  readonly document: OpenApiDocument;
  readonly counter: RequestCounter;
  readonly refusals: Refusals;
  readonly streams: EventStreams;
  readonly wrongKeys: WrongKeys;
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

/** Writes one line to the operator's own log. It is never given a key or a body. */
export type Log = (
  level: "info" | "warn" | "error",
  message: string,
  data: Record<string, unknown>,
) => void;

/** What of a thrown value goes into the log. */
export function describeError(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}
