import { notOurs, type RecordChange, recordKey } from "../../../domain/records.ts";
import type { NotAccepted } from "./change-answer.ts";
import type { HostedZone } from "./choose-zone.ts";
import type { HostedZones } from "./hosted-zones.ts";

/** The one hosted zone that all names of the change are in, or why there is none that may be changed. */
export async function zoneOfChange(
  zones: HostedZones,
  { remove, add }: RecordChange,
  isFresh = false,
): Promise<HostedZone | NotAccepted> {
  const places = new Map<string, { zone: HostedZone; name: string }>();
  for (const name of new Set([...remove, ...add].map((record) => record.name))) {
    const found = await zones.find(name, isFresh);
    if (found.kind !== "found") return forbidden(found.reason);
    if (!places.has(found.zone.id)) places.set(found.zone.id, { zone: found.zone, name });
  }
  const [place, ...others] = places.values();
  if (!place) return { kind: "refused", reason: "it names no record" };
  if (others.length > 0) {
    const all = [place, ...others].map(({ zone, name }) => `${name} in ${shown(zone)}`);
    return forbidden(
      `a change is of one hosted zone, and these names are in several: ${all.join(", ")}; give the environment names of one zone`,
    );
  }
  const { zone } = place;
  if (zone.ownedBy === undefined) return zone;
  return forbidden(
    `hosted zone ${shown(zone)} belongs to ${zone.ownedBy}, which alone may change it; give the environment names of another zone`,
  );
}

/** Why a change is not sent at all; undefined when it may be. */
export function refusalOf({ remove, add }: RecordChange): NotAccepted | undefined {
  if (remove.length + add.length === 0) return { kind: "refused", reason: "it names no record" };
  for (const records of [remove, add]) {
    const keys = records.map(recordKey);
    const twice = keys.find((key, index) => keys.indexOf(key) !== index);
    if (twice !== undefined) return { kind: "refused", reason: `it names ${twice.trim()} twice` };
  }
  const foreign = [...remove, ...add].find(({ policy }) => policy !== undefined);
  if (!foreign) return undefined;
  const wayOut = foreign.policy?.includes("traffic policy instance")
    ? "delete the traffic policy instance in Route 53"
    : "delete it by what made it";
  return forbidden(
    `${notOurs(foreign)}; ${wayOut}, or give the environment another name, then resume`,
  );
}

function forbidden(reason: string): NotAccepted {
  return { kind: "forbidden", reason: `Nothing was changed: ${reason}.` };
}

function shown({ id, name }: HostedZone): string {
  return `${id} (${name})`;
}
