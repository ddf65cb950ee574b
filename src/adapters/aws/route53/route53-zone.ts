import { isFenceName } from "../../../domain/environment/traffic.ts";
import type { RecordChange, RecordSet, RecordType } from "../../../domain/records.ts";
import type {
  ChangeStatus,
  TrafficZone,
  Urgency,
  WireAnswer,
  ZoneAnswer,
} from "../../../ports/traffic-zone.ts";
import { answerToChange, answerToQuestion } from "./change-answer.ts";
import { type HostedZone, UnclearHostedZone } from "./choose-zone.ts";
import { markNames, ownersIn } from "./external-dns.ts";
import type { HostedZones } from "./hosted-zones.ts";
import { listRecords } from "./list-records.ts";
import type { AskServers } from "./name-servers.ts";
import { changesOf, recordOf, writtenRecord } from "./record-set.ts";
import { type Fault, faultOf } from "./route53-errors.ts";
import { Route53RequestError } from "./route53-refusal.ts";
import type { Route53Requests } from "./route53-requests.ts";
import { SeenForms } from "./seen-forms.ts";
import { refusalOf, zoneOfChange } from "./zone-of-change.ts";

export interface Route53ZoneOptions {
  readonly requests: Route53Requests;
  readonly zones: HostedZones;
  readonly askServers: AskServers;
}

/**
 * Hosted zones of Route 53. A change is one batch of DELETE and CREATE, which Route 53 takes whole
 * or not at all and only while every record is exactly as given (API, ChangeResourceRecordSets).
 * Besides what the port says, questions reject with a Route53RequestError or UnclearHostedZone.
 */
export class Route53Zone implements TrafficZone {
  readonly #requests: Route53Requests;
  readonly #zones: HostedZones;
  readonly #askServers: AskServers;
  readonly #forms = new SeenForms();

  constructor({ requests, zones, askServers }: Route53ZoneOptions) {
    this.#requests = requests;
    this.#zones = zones;
    this.#askServers = askServers;
  }

  async observe(names: readonly string[]): Promise<readonly RecordSet[]> {
    const groups = new Map<string, { readonly zone: HostedZone; readonly names: string[] }>();
    for (const name of new Set(names)) {
      const zone = await this.#zoneAt(name);
      if (!zone) continue;
      const group = groups.get(zone.id);
      if (group) group.names.push(name);
      else groups.set(zone.id, { zone, names: [name] });
    }
    const found: RecordSet[] = [];
    for (const { zone, names: within } of groups.values()) {
      const records: RecordSet[] = [];
      for (const written of await this.#list(zone, within)) {
        const record = recordOf(written);
        if (!record) continue;
        this.#forms.note(written, record);
        records.push(record);
      }
      // Where the fence is looked for and isn't there, the records were never Verdigris'.
      const unfenced = within.some(isFenceName) && !records.some(({ name }) => isFenceName(name));
      found.push(...(unfenced ? await this.#withOwners(zone, records) : records));
    }
    return found;
  }

  /** Another tool may have marked them as its own. */
  async #withOwners(zone: HostedZone, found: readonly RecordSet[]): Promise<readonly RecordSet[]> {
    if (found.length === 0) return found;
    const owners = ownersIn(await this.#list(zone, found.flatMap(markNames)));
    return found.map((record) => {
      const policy = record.policy ?? owners.get(record.name);
      return policy === undefined ? record : { ...record, policy };
    });
  }

  async apply(change: RecordChange, urgency: Urgency = "change"): Promise<ZoneAnswer> {
    const refusal = refusalOf(change);
    if (refusal) return refusal;
    try {
      const zone = await zoneOfChange(this.#zones, change);
      if ("kind" in zone) return zone;
      const sent = await this.#send(zone, change, urgency);
      if (typeof sent === "string") return accepted(sent);
      if (sent.kind !== "no-such-zone") return answerToChange(sent, change, zone);
      this.#zones.forget(zone);
      const present = await zoneOfChange(this.#zones, change, true);
      if ("kind" in present) return present;
      const again = present.id === zone.id ? sent : await this.#send(present, change, urgency);
      return typeof again === "string" ? accepted(again) : answerToChange(again, change, present);
    } catch (error) {
      if (error instanceof Route53RequestError) return answerToQuestion(error);
      throw error;
    }
  }

  async changeStatus(changeId: string): Promise<ChangeStatus> {
    try {
      const { ChangeInfo } = await this.#requests.getChange(changeId);
      return ChangeInfo?.Status === "INSYNC" ? "in-sync" : "pending";
    } catch (error) {
      const fault = faultOf(error);
      if (!fault) throw error;
      switch (fault.kind) {
        case "not-now":
        case "no-answer":
          return "pending";
        case "no-such-change":
          return "unknown";
        default: {
          // It is no id of a change at all.
          if (fault.kind === "not-taken" && fault.code === "InvalidInput") return "unknown";
          const words = `tell whether change ${changeId} is in sync`;
          const asked = { words, action: "route53:GetChange", resource: "change/*" };
          throw new Route53RequestError(asked, fault, error);
        }
      }
    }
  }

  ask(name: string, type: RecordType): Promise<readonly WireAnswer[]> {
    return this.#askServers(name, type, async (isFresh) => {
      const zone = await this.#zoneAt(name, isFresh);
      return zone ? this.#zones.nameServers(zone, isFresh) : [];
    });
  }

  /** Undefined when the name is in no hosted zone, and so has no records. */
  async #zoneAt(name: string, isFresh = false): Promise<HostedZone | undefined> {
    const found = await this.#zones.find(name, isFresh);
    if (found.kind === "several") throw new UnclearHostedZone(found.reason);
    return found.kind === "found" ? found.zone : undefined;
  }

  /** Where the zone is gone, those of the zone that has its name now. */
  async #list(zone: HostedZone, names: readonly string[]) {
    try {
      return await listRecords(this.#requests, zone.id, names);
    } catch (error) {
      if (!(error instanceof Route53RequestError) || error.fault !== "no-such-zone") throw error;
      this.#zones.forget(zone);
      const present = await this.#zoneAt(names[0] ?? zone.name, true);
      if (!present) return [];
      if (present.id === zone.id) throw error;
      return listRecords(this.#requests, present.id, names);
    }
  }

  /** The id of the change, or what was wrong. */
  async #send(
    { id }: HostedZone,
    { remove, add }: RecordChange,
    urgency: Urgency,
  ): Promise<string | Fault> {
    const removed = remove.map((record) => this.#forms.formOf(record));
    try {
      const changes = changesOf(removed, add.map(writtenRecord));
      return await this.#requests.change(id, changes, urgency);
    } catch (error) {
      const fault = faultOf(error);
      if (!fault) throw error;
      return fault;
    }
  }
}

/** Ids are given as `/change/C123` and asked after as `C123`. */
function accepted(id: string): ZoneAnswer {
  return { kind: "accepted", changeId: id.replace(/^\/?change\//, "") };
}
