import type { RecordSet, RecordType } from "../../domain/records.ts";
import type { Question } from "./query.ts";
import { type Chance, chooseSet } from "./weighted-choice.ts";
import { CLASS_IN, isMetaType, RCODE, TYPE } from "./wire-constants.ts";
import { type WireSet, wireSet } from "./wire-records.ts";
import type { ViewedZone, ZoneView } from "./zone-view.ts";

/** An answer before it is laid out in octets. */
export interface Resolution {
  readonly rcode: number;
  readonly authoritative: boolean;
  readonly answers: readonly WireSet[];
  readonly authorities: readonly WireSet[];
  readonly additionals: readonly WireSet[];
}

/** A resolver goes on by itself from where the chain was cut. */
const MAX_ALIASES = 8;

/** An answer that carries no records and claims no authority. */
export function bare(rcode: number): Resolution {
  return { rcode, authoritative: false, answers: [], authorities: [], additionals: [] };
}

/**
 * The authoritative answer to a question (RFC 1034 section 4.3.2, without recursion or wildcards).
 * CNAMEs are followed as long as they stay within the zones of this server.
 */
export function resolve(question: Question, view: ZoneView, chance: Chance): Resolution {
  if (question.class !== CLASS_IN || isMetaType(question.type)) return bare(RCODE.REFUSED);
  const aliases: WireSet[] = [];
  let name = question.name;
  for (;;) {
    const zone = view.zoneOf(name);
    if (zone === undefined) return aliases.length === 0 ? bare(RCODE.REFUSED) : positive(aliases);
    const delegated = view.delegationAbove(name, zone);
    if (delegated !== undefined) return referral(aliases, delegated, view, chance);
    const sets = view.setsAt(name);
    if (sets === undefined) return negative(RCODE.NXDOMAIN, aliases, zone);
    const answer = answerAt(name, question.type, zone, sets, chance);
    if (answer !== undefined) return positive([...aliases, answer]);
    const alias = chooseSet(ofType(sets, "CNAME"), chance);
    if (alias === undefined) return negative(RCODE.NOERROR, aliases, zone);
    aliases.push(wireSet(alias));
    name = targetOf(alias);
    const loops = aliases.some(({ owner }) => owner === name);
    if (loops || aliases.length === MAX_ALIASES) return positive(aliases);
  }
}

function answerAt(
  name: string,
  type: number,
  zone: ViewedZone,
  sets: readonly RecordSet[],
  chance: Chance,
): WireSet | undefined {
  const asksAny = type === TYPE.ANY;
  if (name === zone.name && (type === TYPE.SOA || asksAny)) return zone.soa;
  // RFC 8482 section 4.1: one of the sets is answer enough to "any".
  const wanted = asksAny ? sets[0]?.type : TYPE_NAMES.get(type);
  const chosen = wanted && chooseSet(ofType(sets, wanted), chance);
  return chosen && wireSet(chosen);
}

const TYPE_NAMES: ReadonlyMap<number, RecordType> = new Map([
  [TYPE.A, "A"],
  [TYPE.NS, "NS"],
  [TYPE.CNAME, "CNAME"],
  [TYPE.TXT, "TXT"],
  [TYPE.AAAA, "AAAA"],
]);

function ofType(sets: readonly RecordSet[], type: RecordType): readonly RecordSet[] {
  return sets.filter((set) => set.type === type);
}

function targetOf(alias: RecordSet): string {
  return alias.values.join().toLowerCase();
}

function positive(answers: readonly WireSet[]): Resolution {
  return { ...bare(RCODE.NOERROR), authoritative: true, answers };
}

/** The rcode speaks of the last name in a chain of aliases (RFC 6604 section 3). */
function negative(rcode: number, answers: readonly WireSet[], zone: ViewedZone): Resolution {
  return { ...bare(rcode), authoritative: true, answers, authorities: [zone.negativeSoa] };
}

/** Names below a delegation are others' to answer for; AA then speaks of the aliases only. */
function referral(
  answers: readonly WireSet[],
  delegated: string,
  view: ZoneView,
  chance: Chance,
): Resolution {
  const servers = chooseSet(ofType(view.setsAt(delegated) ?? [], "NS"), chance);
  return {
    rcode: RCODE.NOERROR,
    authoritative: answers.length > 0,
    answers,
    authorities: servers === undefined ? [] : [wireSet(servers)],
    additionals: servers === undefined ? [] : addressesOf(servers, view, chance),
  };
}

function addressesOf(servers: RecordSet, view: ZoneView, chance: Chance): readonly WireSet[] {
  return servers.values.flatMap((host) => {
    const sets = view.setsAt(host.toLowerCase()) ?? [];
    return (["A", "AAAA"] as const)
      .map((type) => chooseSet(ofType(sets, type), chance))
      .flatMap((set) => (set === undefined ? [] : [wireSet(set)]));
  });
}
