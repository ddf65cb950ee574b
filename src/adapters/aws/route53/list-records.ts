import type { ResourceRecordSet, RRType } from "@aws-sdk/client-route-53";
import { isWithin, nameOf, writtenName } from "./record-name.ts";
import type { Route53Requests } from "./route53-requests.ts";

/** Sets at one name: 100 weighted ones of each type, and a page holds 300. */
const MAX_PAGES = 20;

interface Position {
  readonly StartRecordName: string;
  readonly StartRecordType?: RRType | undefined;
  readonly StartRecordIdentifier?: string | undefined;
}

interface Page {
  readonly sets: readonly ResourceRecordSet[];
  readonly next?: Position;
}

/**
 * The sets at exactly these names of one hosted zone. Sets are listed by name with the labels
 * reversed (API, ListResourceRecordSets), so what is below a name follows it, and one request finds
 * all that is at an environment's names unless very many others lie between.
 */
export async function listRecords(
  requests: Route53Requests,
  zone: string,
  names: readonly string[],
): Promise<readonly ResourceRecordSet[]> {
  const found: ResourceRecordSet[] = [];
  let left: readonly string[] = [...new Set(names)].sort((a, b) => a.length - b.length);
  for (let [start, ...others] = left; start !== undefined; [start, ...others] = left) {
    const apex = start;
    let page = await pageFrom(requests, zone, { StartRecordName: writtenName(apex) });
    const isWhole = !page.next || !isWithin(nameOf(page.next.StartRecordName), apex);
    const covered = others.filter((name) => isWhole && isWithin(name, apex));
    found.push(...setsAt([apex, ...covered], page));
    for (let pages = 1; page.next && nameOf(page.next.StartRecordName) === apex; pages++) {
      if (pages === MAX_PAGES) throw new Error(`Route 53 lists ${apex} without end`);
      page = await pageFrom(requests, zone, page.next);
      found.push(...setsAt([apex], page));
    }
    left = others.filter((name) => !covered.includes(name));
  }
  return found;
}

function setsAt(names: readonly string[], { sets }: Page): readonly ResourceRecordSet[] {
  return sets.filter(({ Name = "" }) => names.includes(nameOf(Name)));
}

async function pageFrom(requests: Route53Requests, zone: string, from: Position): Promise<Page> {
  const answer = await requests.listRecords({ HostedZoneId: zone, ...from });
  const { ResourceRecordSets = [], IsTruncated, NextRecordName } = answer;
  if (!IsTruncated || NextRecordName === undefined) return { sets: ResourceRecordSets };
  const { NextRecordType, NextRecordIdentifier } = answer;
  return {
    sets: ResourceRecordSets,
    next: {
      StartRecordName: NextRecordName,
      StartRecordType: NextRecordType,
      StartRecordIdentifier: NextRecordIdentifier,
    },
  };
}
