import { isWithin } from "./record-name.ts";

export interface HostedZone {
  /** Without the `/hostedzone/` before it. */
  readonly id: string;
  /** Without the trailing dot. */
  readonly name: string;
  readonly isPrivate: boolean;
  /** The service that made the zone, which alone may change it (API, HostedZone, LinkedService). */
  readonly ownedBy?: string;
}

export type ZoneFound =
  | { readonly kind: "found"; readonly zone: HostedZone }
  | { readonly kind: "none"; readonly reason: string }
  | { readonly kind: "several"; readonly reason: string };

/**
 * The zone with the longest name that `name` is at or below, a public one before a private one of
 * the same name. Zones of the same name are allowed, and only a person knows which one answers.
 *
 * @param missing ids that were configured and don't exist; undefined where none were configured
 */
export function chooseZone(
  name: string,
  zones: readonly HostedZone[],
  missing?: readonly string[],
): ZoneFound {
  const above = zones.filter((zone) => isWithin(name, zone.name));
  const longest = Math.max(...above.map((zone) => zone.name.length));
  const closest = above.filter((zone) => zone.name.length === longest);
  const publicOnes = closest.filter(({ isPrivate }) => !isPrivate);
  const [zone, ...others] = publicOnes.length > 0 ? publicOnes : closest;
  if (!zone) return { kind: "none", reason: noneOf(name, missing) };
  if (others.length === 0) return { kind: "found", zone };
  const ids = [zone, ...others].map(({ id }) => id);
  const kind = zone.isPrivate ? "private" : "public";
  return {
    kind: "several",
    reason: `${name} may be in any of the ${kind} hosted zones ${ids.join(" and ")}, which are all named ${zone.name}; name the one that answers in VERDIGRIS_HOSTED_ZONES or control.hostedZones`,
  };
}

function noneOf(name: string, missing: readonly string[] | undefined): string {
  if (!missing) {
    return `no hosted zone of the account holds ${name}; make one, or let Verdigris assume a role of the account that has it (VERDIGRIS_ZONE_ROLE)`;
  }
  const gone =
    missing.length > 0 ? ` (${missing.join(", ")} among them: there is no such zone)` : "";
  return `none of the hosted zones that VERDIGRIS_HOSTED_ZONES or control.hostedZones name holds ${name}${gone}; add the id of the one that does`;
}

/** There are records at the name in one of several zones, and nobody said which. */
export class UnclearHostedZone extends Error {
  override readonly name = "UnclearHostedZone";
}
