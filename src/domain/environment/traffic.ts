import type {
  EnvironmentConfiguration,
  EnvironmentName,
  SideConfiguration,
  SideName,
} from "../configuration.ts";
import { sideNames } from "../configuration.ts";
import type { RecordSet } from "../records.ts";
import type { EnvironmentState, Weights } from "./state.ts";

/** All traffic on one side. */
export function wholly(side: SideName, configuration: EnvironmentConfiguration): Weights {
  return Object.fromEntries(
    sideNames(configuration).map((name) => [name, name === side ? 100 : 0]),
  ) as Weights;
}

/** `weight` percent on `to`, the rest on `from`. */
export function split(from: SideName, to: SideName, weight: number): Weights {
  return { [from]: 100 - weight, [to]: weight } as Weights;
}

/** The names whose records belong to an environment. */
export function recordNames(configuration: EnvironmentConfiguration): readonly string[] {
  return [
    configuration.record,
    ...(configuration.preview ? [configuration.preview] : []),
    fenceName(configuration),
  ];
}

/**
 * Where the fence is. An underscore keeps it out of the way of host names (RFC 8552), and a name
 * of its own keeps it out of other TXT records of the domain.
 */
export function fenceName({ record }: Pick<EnvironmentConfiguration, "record">): string {
  return `${FENCE_LABEL}${record}`;
}

export function isFenceName(name: string): boolean {
  return name.startsWith(FENCE_LABEL);
}

const FENCE_LABEL = "_verdigris.";

/** The record that holds the revision of the decision that wrote it (G5). */
export function fence(
  name: EnvironmentName,
  configuration: EnvironmentConfiguration,
  revision: number,
): RecordSet {
  return {
    name: fenceName(configuration),
    type: "TXT",
    ttlSeconds: configuration.ttlSeconds,
    values: [`verdigris environment=${name} revision=${revision}`],
  };
}

/** The revision that a zone's fence holds, if these records have a fence of this environment. */
export function fencedRevision(
  name: EnvironmentName,
  records: readonly RecordSet[],
): number | undefined {
  for (const record of records) {
    const match = /^verdigris environment=(\S+) revision=(\d+)$/.exec(record.values[0] ?? "");
    if (record.type === "TXT" && match?.[1] === name) return Number(match[2]);
  }
  return undefined;
}

/**
 * The records of an environment at these weights: a weighted set per side, the preview, the fence.
 * No set names a health check or evaluates its target's, so no set is ever left out of an answer
 * because of health: Route 53 would use a zero-weight set when all others are unhealthy, which
 * would send traffic to a build nobody approved (G8).
 */
export function recordsFor(
  name: EnvironmentName,
  configuration: EnvironmentConfiguration,
  weights: Weights,
  preview: SideName | undefined,
  revision: number,
): readonly RecordSet[] {
  const total = sideNames(configuration).reduce((sum, side) => sum + (weights[side] ?? 0), 0);
  if (total !== 100) throw new WeightsDoNotSum(name, weights);
  const { record, ttlSeconds, sides } = configuration;
  const records = sideNames(configuration).flatMap((side) =>
    addressesOf(sides[side]).map(
      (address): RecordSet => ({
        name: record,
        set: { id: side, weight: weights[side] ?? 0 },
        ttlSeconds,
        ...address,
      }),
    ),
  );
  const previewed = configuration.preview && preview ? addressesOf(sides[preview]) : [];
  const previews = previewed.map(
    (address): RecordSet => ({ name: configuration.preview ?? "", ttlSeconds, ...address }),
  );
  return [...records, ...previews, fence(name, configuration, revision)];
}

/** Where a side's load balancer is: an address, or an alias for each kind of addresses it has. */
function addressesOf(
  side: SideConfiguration | undefined,
): readonly Pick<RecordSet, "type" | "values" | "alias">[] {
  if (!side) return [];
  if (side.runtime === "process") return [{ type: "A", values: [side.address] }];
  const { dnsName, zone, dualStack } = side.loadBalancer;
  const types = dualStack ? (["A", "AAAA"] as const) : (["A"] as const);
  const alias = { name: dnsName, zone, evaluateTargetHealth: false };
  return types.map((type) => ({ type, values: [], alias }));
}

/** A defect of the program, not a refusal: such records are never sent (G7). */
export class WeightsDoNotSum extends Error {
  readonly environment: EnvironmentName;
  readonly weights: Weights;

  constructor(environment: EnvironmentName, weights: Weights) {
    super(`weights of ${environment} must sum to 100: ${JSON.stringify(weights)}`);
    this.name = "WeightsDoNotSum";
    this.environment = environment;
    this.weights = weights;
  }
}

/** The records that the newest decision wants in the zone. */
export function wantedRecords(state: EnvironmentState): readonly RecordSet[] {
  return state.traffic.decisions.at(-1)?.records ?? [];
}
