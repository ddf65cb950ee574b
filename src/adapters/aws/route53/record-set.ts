import type { Change, ResourceRecordSet } from "@aws-sdk/client-route-53";
import type { Alias, RecordSet, RecordType } from "../../../domain/records.ts";
import { nameOf, writtenName } from "./record-name.ts";
import { policyOf } from "./routing-policy.ts";
import { quotedText, unquotedText } from "./txt-value.ts";

/** That of the load balancers that aliases point to (Developer Guide, "Choosing between alias and non-alias records"). */
const ALIAS_TTL_SECONDS = 60;

/** The set as the port tells it; undefined when it is of a type that is nobody's concern there. */
export function recordOf(written: ResourceRecordSet): RecordSet | undefined {
  const name = nameOf(written.Name ?? "");
  const type = typeOf(name, written.Type);
  if (!type) return undefined;
  const { SetIdentifier: id, Weight: weight, HealthCheckId: healthCheck, AliasTarget } = written;
  const policy = policyOf(written);
  const values = (written.ResourceRecords ?? []).map(({ Value }) => readValue(type, Value ?? ""));
  return {
    name,
    type,
    ...(id !== undefined && weight !== undefined && { set: { id, weight } }),
    ttlSeconds: AliasTarget ? ALIAS_TTL_SECONDS : (written.TTL ?? 0),
    values,
    ...(AliasTarget && { alias: aliasOf(AliasTarget) }),
    ...(policy !== undefined && { policy }),
    ...(healthCheck !== undefined && { healthCheck }),
  };
}

/** The set as it is sent; one with a policy can't be. */
export function writtenRecord(record: RecordSet): ResourceRecordSet {
  const { name, type, set, alias, healthCheck } = record;
  return {
    Name: writtenName(name),
    Type: type,
    ...(set && { SetIdentifier: set.id, Weight: set.weight }),
    ...(alias
      ? { AliasTarget: writtenAlias(alias) }
      : {
          TTL: record.ttlSeconds,
          ResourceRecords: record.values.map((value) => ({ Value: writtenValue(type, value) })),
        }),
    ...(healthCheck !== undefined && { HealthCheckId: healthCheck }),
  };
}

/** A change as Route 53 takes it: all removals and then all additions, none of which overwrites anything. */
export function changesOf(
  removed: readonly ResourceRecordSet[],
  added: readonly ResourceRecordSet[],
): Change[] {
  return [
    ...removed.map((one): Change => ({ Action: "DELETE", ResourceRecordSet: one })),
    ...added.map((one): Change => ({ Action: "CREATE", ResourceRecordSet: one })),
  ];
}

function typeOf(name: string, type: string | undefined): RecordType | undefined {
  switch (type) {
    case "A":
    case "AAAA":
    case "CNAME":
      return type;
    case "TXT":
      return name.startsWith("_") ? type : undefined;
    default:
      return undefined;
  }
}

function readValue(type: RecordType, value: string): string {
  if (type === "TXT") return unquotedText(value);
  return type === "CNAME" ? nameOf(value) : value;
}

function writtenValue(type: RecordType, value: string): string {
  if (type === "TXT") return quotedText(value);
  return type === "CNAME" ? writtenName(value) : value;
}

/** Route 53 gives an alias's name in lower case with a trailing dot, whatever it was made with. */
function aliasOf(target: NonNullable<ResourceRecordSet["AliasTarget"]>): Alias {
  return {
    name: nameOf(target.DNSName ?? ""),
    zone: target.HostedZoneId ?? "",
    evaluateTargetHealth: target.EvaluateTargetHealth ?? false,
  };
}

function writtenAlias({ name, zone, evaluateTargetHealth }: Alias) {
  return {
    HostedZoneId: zone,
    DNSName: writtenName(name),
    EvaluateTargetHealth: evaluateTargetHealth,
  };
}
