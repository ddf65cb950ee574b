import type { ResourceRecordSet } from "@aws-sdk/client-route-53";

/**
 * How a set is chosen, in words, where that is neither simple nor weighted (Route 53 API,
 * ResourceRecordSet). The words tell sets of one name and type apart.
 */
export function policyOf(written: ResourceRecordSet): string | undefined {
  const words = [
    ...whenThere("failover", written.Failover),
    ...whenThere("latency", written.Region),
    ...whenThere("geolocation", written.GeoLocation && placeOf(written.GeoLocation)),
    ...whenThere("geoproximity", written.GeoProximityLocation && nearOf(written)),
    ...whenThere("CIDR collection", written.CidrRoutingConfig && networkOf(written)),
    ...(written.MultiValueAnswer ? ["multivalue answer"] : []),
    ...whenThere("traffic policy instance", written.TrafficPolicyInstanceId),
  ];
  const { SetIdentifier: id, Weight: weight } = written;
  if (words.length === 0) {
    if (id === undefined || weight !== undefined) return undefined;
    words.push("unknown policy");
  }
  if (id !== undefined && weight === undefined) words.push(`set ${JSON.stringify(id)}`);
  return words.join(", ");
}

function whenThere(kind: string, which: string | undefined): readonly string[] {
  return which === undefined ? [] : [`${kind} ${which}`];
}

function placeOf(place: NonNullable<ResourceRecordSet["GeoLocation"]>): string {
  const { ContinentCode: continent, CountryCode: country, SubdivisionCode: subdivision } = place;
  if (continent !== undefined) return `continent ${continent}`;
  return subdivision === undefined ? `country ${country}` : `country ${country}-${subdivision}`;
}

function nearOf({ GeoProximityLocation: near = {} }: ResourceRecordSet): string {
  const { AWSRegion, LocalZoneGroup, Coordinates, Bias } = near;
  const at = Coordinates && `${Coordinates.Latitude},${Coordinates.Longitude}`;
  const place = AWSRegion ?? LocalZoneGroup ?? at ?? "somewhere";
  return Bias === undefined ? place : `${place} bias ${Bias}`;
}

function networkOf({ CidrRoutingConfig: network }: ResourceRecordSet): string {
  return `${network?.CollectionId} at ${network?.LocationName}`;
}
