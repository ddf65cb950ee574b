import type { IncomingMessage } from "node:http";
import type { Paces } from "../../../src/app/paces.ts";
import type { OpenedAws } from "../../../src/main/aws/open-aws.ts";
import { openAws } from "../../../src/main/aws/open-aws.ts";
import { FaultyHttp } from "../../support/faulty-http.ts";
import type { Account } from "./account.ts";

/** Short, for a call that never answers is waited for; those that are only slow are repeated. */
const DEADLINE_MS = 1_000;

const PACES: Paces = {
  deploymentMs: 20,
  inSyncMs: 20,
  drainMs: 20,
  unavailableMs: 50,
  driftedMs: 50,
  sweepMs: 1_000,
  driftMs: 60_000,
  runMs: 20,
};

/** An operator on AWS behind a wire whose calls may meet with faults, whatever service they are for. */
export interface FaultyAws {
  readonly wire: FaultyHttp;
  readonly aws: OpenedAws;
  /** What the operator has logged, the newest last. */
  readonly logged: readonly string[];
  close(): Promise<void>;
}

export async function openFaultyAws(
  account: Account,
  table: string,
  nameServers: readonly string[],
): Promise<FaultyAws> {
  const { hostname: host, port } = new URL(account.endpoint);
  const wire = await FaultyHttp.start({
    listen: 0,
    upstream: { host, port },
    throttled,
    failed: { status: 503, type: "text/plain", body: "Service Unavailable" },
    delayMs: 20,
  });
  // The SDK reads them when a client is made; no other client of this process is without its own.
  Object.assign(process.env, account.environment(`http://127.0.0.1:${wire.port}`));
  const logged: string[] = [];
  const settings = { table, region: account.region, nameServers };
  const aws = await openAws(
    settings,
    (level, message, { error } = {}) => logged.push(`${level} ${message} ${String(error ?? "")}`),
    { paces: PACES, deadlineMs: DEADLINE_MS, requestsPerSecond: 1_000 },
  );
  return {
    wire,
    aws,
    logged,
    async close() {
      await aws.operator.stop();
      await aws.close();
      await wire.close();
    },
  };
}

/** Services that speak JSON name the call in a header; the others speak XML. */
function throttled({ headers }: IncomingMessage) {
  const target = headers["x-amz-target"];
  if (target === undefined) {
    const body =
      "<ErrorResponse><Error><Type>Sender</Type><Code>Throttling</Code><Message>Rate exceeded</Message></Error><RequestId>1</RequestId></ErrorResponse>";
    return { status: 400, type: "text/xml", body };
  }
  const type = "application/x-amz-json-1.0";
  return { status: 400, type, body: { __type: "ThrottlingException", message: "Rate exceeded" } };
}
