import type { CloudWatchClient } from "@aws-sdk/client-cloudwatch";
import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import type { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import type { ECSClient } from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { IAMClient } from "@aws-sdk/client-iam";
import type { Route53Client } from "@aws-sdk/client-route-53";
import type { SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import type { STSClient } from "@aws-sdk/client-sts";
import type { fromNodeProviderChain } from "@aws-sdk/credential-providers";

interface ClientByService {
  readonly dynamodb: DynamoDBClient;
  readonly iam: IAMClient;
  readonly secrets: SecretsManagerClient;
  readonly sts: STSClient;
  readonly ecs: ECSClient;
  readonly elb: ElasticLoadBalancingV2Client;
  readonly cloudwatch: CloudWatchClient;
  readonly logs: CloudWatchLogsClient;
  readonly route53: Route53Client;
}

type Credentials = ReturnType<typeof fromNodeProviderChain>;

export type AwsService = keyof ClientByService;

/** What adapters use of a client: one method, which a test can stand in for. */
export type AwsClient<Service extends AwsService> = Pick<ClientByService[Service], "send">;

/** Where and as whom a client speaks. */
export interface Place {
  readonly region: string;
  /** The ARN of a role to assume; the caller's own credentials when absent. */
  readonly role?: string;
}

export interface Clients {
  client<Service extends AwsService>(service: Service, place: Place): Promise<AwsClient<Service>>;
}

/** The longest that one call may take, attempts and the pauses between them included, in milliseconds. */
export const CALL_DEADLINE_MS = 20_000;

const CONNECTION_TIMEOUT_MS = 2_000;
const ATTEMPT_TIMEOUT_MS = 8_000;
const CREDENTIALS_TIMEOUT_MS = 10_000;

/** For the second argument of `send`: the call is given up when its time is over. */
export function inTime(ms = CALL_DEADLINE_MS): { readonly abortSignal: AbortSignal } {
  return { abortSignal: AbortSignal.timeout(Math.max(0, Math.ceil(ms))) };
}

/**
 * Clients of AWS, one for each service, region and role, made when they are first asked for; a package
 * is loaded with its first client. Credentials are those of the SDK's default chain, or of a role that
 * is assumed with them. `AWS_ENDPOINT_URL`, and `AWS_ENDPOINT_URL_ECS` and the like, are obeyed by
 * the SDK itself (AWS SDKs Reference Guide, "Service-specific endpoints").
 */
export class AwsClients implements Clients {
  readonly #made = new Map<string, Promise<ClientByService[AwsService]>>();
  readonly #attemptMs: number;
  #closed = false;

  /** @param attemptMs for each attempt of a call, from when its connection is there */
  constructor(attemptMs = ATTEMPT_TIMEOUT_MS) {
    this.#attemptMs = attemptMs;
  }

  async client<Service extends AwsService>(
    service: Service,
    place: Place,
  ): Promise<ClientByService[Service]> {
    if (this.#closed) throw new Error(`No client for ${service} is made after the end.`);
    const key = [service, place.region, place.role ?? ""].join(" ");
    const made = this.#made.get(key) ?? make(service, place, this.#attemptMs);
    this.#made.set(key, made);
    made.catch(() => this.#made.delete(key));
    return (await made) as ClientByService[Service];
  }

  /** Closes all connections; calls under way fail. */
  async close(): Promise<void> {
    this.#closed = true;
    const settled = await Promise.allSettled(this.#made.values());
    for (const made of settled) if (made.status === "fulfilled") made.value.destroy();
    this.#made.clear();
  }
}

async function make(
  service: AwsService,
  place: Place,
  attemptMs: number,
): Promise<ClientByService[AwsService]> {
  // Which Node later versions of the SDK want is nothing that a user of this one can act on.
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= "true";
  const configuration = {
    region: place.region,
    credentials: await credentialsFor(place),
    maxAttempts: 3,
    requestHandler: requestHandler(attemptMs),
  };
  switch (service) {
    case "dynamodb":
      return new (await import("@aws-sdk/client-dynamodb")).DynamoDBClient(configuration);
    case "iam":
      return new (await import("@aws-sdk/client-iam")).IAMClient(configuration);
    case "secrets": {
      const secrets = await import("@aws-sdk/client-secrets-manager");
      return new secrets.SecretsManagerClient(configuration);
    }
    case "sts":
      return new (await import("@aws-sdk/client-sts")).STSClient(configuration);
    case "ecs":
      return new (await import("@aws-sdk/client-ecs")).ECSClient(configuration);
    case "elb": {
      const elb = await import("@aws-sdk/client-elastic-load-balancing-v2");
      return new elb.ElasticLoadBalancingV2Client(configuration);
    }
    case "cloudwatch":
      return new (await import("@aws-sdk/client-cloudwatch")).CloudWatchClient(configuration);
    case "logs":
      return new (await import("@aws-sdk/client-cloudwatch-logs")).CloudWatchLogsClient(
        configuration,
      );
    case "route53":
      return (await import("./route53/route53-client.ts")).openRoute53(configuration);
  }
}

async function credentialsFor({ region, role }: Place): Promise<Credentials> {
  const { fromNodeProviderChain, fromTemporaryCredentials } = await import(
    "@aws-sdk/credential-providers"
  );
  const clientConfig = { region, maxAttempts: 2, requestHandler: requestHandler() };
  const chain = fromNodeProviderChain();
  if (role === undefined) return within(chain);
  const params = { RoleArn: role, RoleSessionName: "verdigris" };
  return within(fromTemporaryCredentials({ params, clientConfig, masterCredentials: chain }));
}

/** A credential source that hangs must not hang the call: no signal reaches it. */
function within(provider: Credentials): Credentials {
  return async (properties) => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        const error = new Error(`no credentials after ${CREDENTIALS_TIMEOUT_MS / 1000} s`);
        reject(Object.assign(error, { name: "CredentialsProviderError" }));
      }, CREDENTIALS_TIMEOUT_MS);
    });
    try {
      return await Promise.race([provider(properties), late]);
    } finally {
      clearTimeout(timer);
    }
  };
}

function requestHandler(attemptMs = ATTEMPT_TIMEOUT_MS) {
  return {
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: attemptMs,
    // Without it the SDK only warns of an attempt that takes longer (NodeHttpHandlerOptions).
    throwOnRequestTimeout: true,
  };
}
