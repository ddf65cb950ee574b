import type { ConfigurationFile } from "../contract/configuration/types.ts";
import type { Finding } from "./finding.ts";
import { exchange, type HttpAnswer, type HttpRequest } from "./http-exchange.ts";
import type { TableReach } from "./reach.ts";

/** Carries requests to an operator's API and its answers back. */
export interface Transport {
  /** Throws a `BrokenConnection` where no answer came, or the signal's reason. */
  exchange(request: HttpRequest, signal: AbortSignal): Promise<HttpAnswer>;
}

/** To an operator's address. */
export const OVER_HTTP: Transport = { exchange };

/** An operator's API in this process, on a table; nothing is asked of AWS before the first request. */
export interface OpenedTable extends Transport {
  /** Makes the table, protected and with backups, unless it is there. Tells whether it was made. */
  create(): Promise<boolean>;
  /** Looks at everything on AWS that the table and this configuration need. */
  diagnose(configuration: ConfigurationFile | undefined): Promise<readonly Finding[]>;
  /** Ends what was begun. What is decided and not carried out goes on with the next who looks. */
  close(): Promise<void>;
}

export type OpenTable = (
  reach: TableReach,
  /** Tells a person, in one line, what keeps a decision from being carried out. */
  remark: (line: string) => void,
) => OpenedTable;
