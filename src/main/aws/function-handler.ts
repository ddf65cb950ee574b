import type { ApiGatewayRequestContextV2, LambdaContext, LambdaEvent } from "hono/aws-lambda";
import { handle } from "hono/aws-lambda";
import { createApi } from "../../http/create-api.ts";
import { createService } from "../../http/service.ts";
import { withDeadline } from "../../machine/deadline.ts";
import { drive } from "./drive.ts";
import { drivenApi } from "./driven-api.ts";
import type { OpenedAws } from "./open-aws.ts";

/** What the schedule sends, once a minute. */
export interface DriveEvent {
  readonly verdigris: "drive";
}

export type FunctionEvent = DriveEvent | LambdaEvent;

type Answer = Awaited<ReturnType<ReturnType<typeof handle>>>;
type FunctionHandler = (
  event: FunctionEvent,
  context: LambdaContext,
) => Promise<Answer | undefined>;

export interface FunctionOptions {
  /** Of the package. */
  readonly version: string;
  /** Names, beside the API's own, under which it may be asked for. */
  readonly allowedHosts: readonly string[];
  /** Without one every webhook is refused. */
  readonly githubWebhookSecret?: string;
  /** Shows how deployments stand, as far as it gets until the signal aborts. */
  readonly showOnGitHub?: (signal: AbortSignal) => Promise<void>;
}

/** Left over at the end of a drive, for the call that is under way and for what is shown on GitHub. */
const MARGIN_MS = 12_000;
/** Of that, after what is shown on GitHub. */
const LAST_MS = 2_000;
const DRIFT_EVERY_MS = 300_000;
/** API Gateway gives up on an integration after 30 s (HTTP API quotas). */
const ANSWER_DEADLINE_MS = 28_000;
/** A function is asked for under its own domain and perhaps a custom one. */
const MOST_DOMAINS = 10;

/**
 * The operator as a Lambda function: answers events of an HTTP API (payload 2.0), and works on what is
 * under way when the schedule sends a `DriveEvent`.
 */
export function functionHandler(
  aws: OpenedAws,
  { version, allowedHosts, githubWebhookSecret, showOnGitHub }: FunctionOptions,
): FunctionHandler {
  const { operator, host } = aws;
  const apis = new Map<string, ReturnType<typeof handle>>();
  let driftSoughtAt: number | undefined;

  /** API Gateway sends on only what was asked for under a domain that is its own. */
  const apiUnder = (domain: string): ReturnType<typeof handle> => {
    const known = apis.get(domain);
    if (known) return known;
    const service = createService(
      {
        operator,
        parseConfiguration: (app, text) => aws.read(app, text),
        version,
        log: host.log,
        newId: host.newId,
        allowedHosts: [...allowedHosts, domain],
        ...(githubWebhookSecret ? { githubWebhookSecret } : {}),
      },
      domain,
      { eventStreams: 0 },
    );
    const fetch = drivenApi(createApi(service, ANSWER_DEADLINE_MS), operator, { before: false });
    const api = handle({
      fetch: (request: Request, { requestContext }: Bindings) =>
        fetch(request, from(requestContext)),
    } as unknown as Parameters<typeof handle>[0]);
    if (apis.size < MOST_DOMAINS) apis.set(domain, api);
    return api;
  };

  return async (event, context) => {
    if ("verdigris" in event) {
      const now = host.clock.elapsed();
      const drift = driftSoughtAt === undefined || now - driftSoughtAt >= DRIFT_EVERY_MS;
      if (drift) driftSoughtAt = now;
      const remainingMs = () => context.getRemainingTimeInMillis();
      await drive(operator, host.clock, remainingMs() - MARGIN_MS, drift);
      if (showOnGitHub) await withDeadline(remainingMs() - LAST_MS, undefined, showOnGitHub);
      return undefined;
    }
    const { domainName } = event.requestContext as ApiGatewayRequestContextV2;
    return apiUnder(domainName)(event, context);
  };
}

interface Bindings {
  readonly requestContext: ApiGatewayRequestContextV2;
}

/** The caller's address, where the API looks for it. */
function from({ http }: ApiGatewayRequestContextV2) {
  return { incoming: { socket: { remoteAddress: http.sourceIp } } } as never;
}
