import { randomBytes } from "node:crypto";
import { AwsClients } from "../../adapters/aws/clients.ts";
import { CloudWatchTrafficMeter } from "../../adapters/aws/cloudwatch/cloudwatch-traffic-meter.ts";
import { DynamoDbEventStore } from "../../adapters/aws/dynamodb-event-store.ts";
import { EcsSideRuntime } from "../../adapters/aws/ecs/ecs-side-runtime.ts";
import { HostedZones } from "../../adapters/aws/route53/hosted-zones.ts";
import { askNameServers } from "../../adapters/aws/route53/name-servers.ts";
import { RequestBudget } from "../../adapters/aws/route53/request-budget.ts";
import { fitsRoute53 } from "../../adapters/aws/route53/route53-limits.ts";
import { route53RegionFor } from "../../adapters/aws/route53/route53-region.ts";
import { Route53Requests } from "../../adapters/aws/route53/route53-requests.ts";
import { Route53Zone } from "../../adapters/aws/route53/route53-zone.ts";
import type { RunningOperator } from "../../app/create-operator.ts";
import { createOperator } from "../../app/create-operator.ts";
import type { Host } from "../../app/host.ts";
import type { Paces } from "../../app/paces.ts";
import { CoalescingZone } from "../../app/zones/coalescing-zone.ts";
import type { TrafficZone } from "../../ports/traffic-zone.ts";
import { hostOn } from "../host-on.ts";
import type { ReadConfigurationText } from "../read-configuration.ts";
import { configurationReader } from "../read-configuration.ts";
import type { Identity } from "./identity.ts";
import { identify } from "./identity.ts";
import { AWS_PACES } from "./paces.ts";
import { awsPlaces } from "./places.ts";
import type { AwsSettings } from "./settings.ts";

/** An operator whose table, records and sides are on AWS, and what else works on them. */
export interface OpenedAws {
  readonly settings: AwsSettings;
  readonly clients: AwsClients;
  readonly zones: HostedZones;
  readonly zone: TrafficZone;
  readonly operator: RunningOperator;
  readonly host: Host;
  readonly read: ReadConfigurationText;
  /** Whom AWS takes this process for. Rejects where it doesn't know it. */
  identity(): Promise<Identity>;
  /** Ends connections; the operator must be stopped before. */
  close(): Promise<void>;
}

export interface AwsOptions {
  readonly paces?: Paces;
  /** For each request to AWS; the adapters' own when left out. */
  readonly deadlineMs?: number;
  /** To Route 53; what an account has when left out. */
  readonly requestsPerSecond?: number;
}

/** Changes of one zone that wait for each other. */
const MOST_WAITING = 1_000;

/** The composition root of all that runs on AWS. Nothing is asked of AWS yet. */
export async function openAws(
  settings: AwsSettings,
  log: Host["log"],
  options: AwsOptions = {},
): Promise<OpenedAws> {
  const { table, region, hostedZones, zoneRole, nameServers = "own" } = settings;
  const { deadlineMs, requestsPerSecond } = options;
  const clients = new AwsClients(deadlineMs);
  const { DynamoDBDocumentClient } = await import("@aws-sdk/lib-dynamodb");
  const documents = DynamoDBDocumentClient.from(await clients.client("dynamodb", { region }));
  const store = new DynamoDbEventStore(documents, table, deadlineMs);
  const host = hostOn(store, log);
  const { clock } = host;
  const dns = {
    region: route53RegionFor(region),
    ...(zoneRole === undefined ? {} : { role: zoneRole }),
  };
  const requests = new Route53Requests({
    client: await clients.client("route53", dns),
    budget: new RequestBudget({ clock, ...(requestsPerSecond ? { requestsPerSecond } : {}) }),
    clock,
    ...(deadlineMs === undefined ? {} : { deadlineMs }),
  });
  const zones = new HostedZones({ requests, clock, ids: hostedZones });
  const askServers = askNameServers({ clock, servers: nameServers });
  const zone = new CoalescingZone(new Route53Zone({ requests, zones, askServers }), {
    zoneOf: (change) => zones.zoneOf(change),
    fits: fitsRoute53,
    maxWaiting: MOST_WAITING,
  });
  const operator = createOperator({
    host,
    world: {
      zone,
      runtime: new EcsSideRuntime({ clients, clock, log }),
      meter: new CloudWatchTrafficMeter({ clients, clock, log }),
    },
    paces: options.paces ?? AWS_PACES,
    newSecret: () => randomBytes(32).toString("base64url"),
  });
  return {
    ...{ settings, clients, zones, zone, operator, host },
    read: configurationReader(() => awsPlaces(clients)),
    identity: () => identify(clients, region),
    close: () => clients.close(),
  };
}
