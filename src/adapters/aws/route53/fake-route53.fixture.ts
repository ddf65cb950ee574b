import {
  type Change,
  ChangeResourceRecordSetsCommand,
  type ChangeResourceRecordSetsCommandInput,
  GetChangeCommand,
  GetHostedZoneCommand,
  type HostedZone,
  InvalidChangeBatch,
  InvalidInput,
  ListHostedZonesByNameCommand,
  type ListHostedZonesByNameCommandInput,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  NoSuchChange,
  NoSuchHostedZone,
  PriorRequestNotComplete,
  type ResourceRecordSet,
  type Route53Client,
  ThrottlingException,
} from "@aws-sdk/client-route-53";

export interface FakeZone {
  readonly id: string;
  readonly name: string;
  readonly isPrivate?: boolean;
  readonly nameServers?: readonly string[];
  readonly ownedBy?: string;
}

interface KeptZone extends FakeZone {
  sets: readonly ResourceRecordSet[];
  /** What the name servers answer with: as of the last change that is in sync. */
  served: readonly ResourceRecordSet[];
}

const META = { $metadata: { httpStatusCode: 400 } };

export const faults = {
  throttling: () => new ThrottlingException({ message: "Rate exceeded", ...META }),
  priorRequest: () =>
    new PriorRequestNotComplete({
      message: "The request was rejected because Route 53 was still processing a prior request.",
      ...META,
    }),
  /** Any error that Route 53 may answer with. */
  answer: (name: string, message: string, httpStatusCode = 400) =>
    Object.assign(new Error(message), { name, $metadata: { httpStatusCode } }),
  /** What the system says of a connection. */
  connection: (code: string) => Object.assign(new Error(`${code} 203.0.113.1:443`), { code }),
  batch: (...messages: readonly string[]) =>
    new InvalidChangeBatch({ message: `[${messages.join(", ")}]`, ...META }),
};

/**
 * Route 53 behind the client's `send`, as its API Reference says: batches whole or not at all, DELETE
 * of exactly what is there, lists in order and in pages, changes PENDING when they are first asked after.
 */
export class FakeRoute53 {
  readonly #zones = new Map<string, KeptZone>();
  readonly #protected = new Map<string, string>();
  readonly #changes = new Map<string, "PENDING" | "INSYNC">();
  #next: { readonly error: () => Error; readonly when: "before" | "after"; left: number }[] = [];
  /** The names of the commands that came, with what they were about. */
  readonly requests: string[] = [];
  /** The changes of the batches that came, accepted or not. */
  readonly batches: (readonly Change[])[] = [];
  pageSize = 300;
  /** Changes stay PENDING while true. */
  isHeldBack = false;
  /** While true, requests get no answer until they are aborted. */
  isMute = false;

  add(zone: FakeZone, sets: readonly ResourceRecordSet[] = []): void {
    this.#zones.set(zone.id, { ...zone, sets, served: sets });
  }

  /**
   * Refuses changes of the sets of this name and type. That the message names them and the comment is
   * documented (API, ChangeResourceRecordSets), its words are not.
   */
  protect(name: string, type: string, comment: string): void {
    this.#protected.set(`${name}. ${type}`, comment);
  }

  remove(id: string): void {
    this.#zones.delete(id);
  }

  sets(id: string): readonly ResourceRecordSet[] {
    return this.#zones.get(id)?.sets ?? [];
  }

  served(id: string): readonly ResourceRecordSet[] {
    return this.#zones.get(id)?.served ?? [];
  }

  /** The next requests fail so; `after` means that they were carried out and the answer was lost. */
  failNext(error: () => Error, times = 1, when: "before" | "after" = "before"): void {
    this.#next.push({ error, when, left: times });
  }

  client(): Pick<Route53Client, "send"> {
    const send = (command: object, options?: { readonly abortSignal?: AbortSignal }) =>
      this.#send(command, options?.abortSignal);
    return { send } as unknown as Pick<Route53Client, "send">;
  }

  async #send(command: object, abortSignal: AbortSignal | undefined): Promise<unknown> {
    const { name } = command.constructor;
    const { input } = command as { input: Readonly<Record<string, unknown>> };
    const about = input.StartRecordName ?? input.DNSName ?? input.HostedZoneId ?? input.Id;
    this.requests.push(`${name.replace(/Command$/, "")} ${about}`);
    if (this.isMute) await aborted(abortSignal);
    const [next] = this.#next;
    if (next) {
      next.left -= 1;
      if (next.left === 0) this.#next = this.#next.slice(1);
      if (next.when === "after") this.#answer(command);
      throw next.error();
    }
    return this.#answer(command);
  }

  #answer(command: object): unknown {
    if (command instanceof ChangeResourceRecordSetsCommand) return this.#change(command.input);
    if (command instanceof ListResourceRecordSetsCommand) return this.#list(command.input);
    if (command instanceof ListHostedZonesByNameCommand) return this.#listZones(command.input);
    if (command instanceof GetHostedZoneCommand) {
      const zone = this.#zone(command.input.Id);
      return {
        HostedZone: written(zone),
        ...(!zone.isPrivate && { DelegationSet: { NameServers: zone.nameServers ?? [] } }),
      };
    }
    if (command instanceof GetChangeCommand) return this.#getChange(command.input.Id ?? "");
    throw new Error(`Verdigris has no business with ${command.constructor.name}`);
  }

  #change({ HostedZoneId, ChangeBatch }: ChangeResourceRecordSetsCommandInput) {
    const zone = this.#zone(HostedZoneId);
    const changes = ChangeBatch?.Changes ?? [];
    this.batches.push(changes);
    if (changes.length === 0) throw new InvalidInput({ message: "no changes", ...META });
    let sets = zone.sets;
    const messages: string[] = [];
    for (const { Action, ResourceRecordSet } of changes) {
      const set = stored(ResourceRecordSet ?? { Name: "", Type: "A" }, Action === "CREATE");
      const present = sets.find((other) => keyOf(other) === keyOf(set));
      const comment = this.#protected.get(`${set.Name} ${set.Type}`);
      if (comment !== undefined) messages.push(`${shown(set)} is protected: ${comment}`);
      if (Action === "DELETE") {
        if (!present) messages.push(`Tried to delete ${shown(set)} but it was not found`);
        else if (!isSame(present, set)) {
          messages.push(
            `Tried to delete ${shown(set)} but the values provided do not match the current values`,
          );
        } else sets = sets.filter((other) => other !== present);
      } else if (Action === "CREATE") {
        if (present) messages.push(`Tried to create ${shown(set)} but it already exists`);
        else sets = [...sets, set];
      } else throw new InvalidInput({ message: `Verdigris sends no ${Action}`, ...META });
    }
    messages.push(...conflictsIn(sets));
    if (messages.length > 0) throw faults.batch(...messages);
    zone.sets = sets;
    const id = `C${String(this.#changes.size + 1).padStart(12, "0")}EXAMPLE`;
    this.#changes.set(id, "PENDING");
    return { ChangeInfo: { Id: `/change/${id}`, Status: "PENDING", SubmittedAt: new Date(0) } };
  }

  #getChange(id: string) {
    const Status = this.#changes.get(id);
    if (!Status) {
      const message = `Could not find resource with ID: ${id}`;
      throw new NoSuchChange({ message, $metadata: { httpStatusCode: 404 } });
    }
    if (!this.isHeldBack) {
      this.#changes.set(id, "INSYNC");
      if (Status === "INSYNC") for (const zone of this.#zones.values()) zone.served = zone.sets;
    }
    return { ChangeInfo: { Id: `/change/${id}`, Status, SubmittedAt: new Date(0) } };
  }

  #list(input: ListResourceRecordSetsCommandInput) {
    const zone = this.#zone(input.HostedZoneId);
    const { StartRecordName: name = "", StartRecordType: type = "" } = input;
    const from = `${reversed(name)} ${type} ${input.StartRecordIdentifier ?? ""}`;
    const all = [...zone.sets].sort((a, b) => (orderOf(a) < orderOf(b) ? -1 : 1));
    const rest = all.filter((set) => orderOf(set) >= from);
    const next = rest[this.pageSize];
    return {
      ResourceRecordSets: rest.slice(0, this.pageSize),
      IsTruncated: next !== undefined,
      ...(next && {
        NextRecordName: next.Name,
        NextRecordType: next.Type,
        NextRecordIdentifier: next.SetIdentifier,
      }),
    };
  }

  #listZones({ DNSName = "", HostedZoneId = "" }: ListHostedZonesByNameCommandInput) {
    const order = ({ name, id }: FakeZone) => `${reversed(`${name}.`)} ${id}`;
    const all = [...this.#zones.values()].sort((a, b) => (order(a) < order(b) ? -1 : 1));
    const from = `${reversed(DNSName)} ${HostedZoneId.replace("/hostedzone/", "")}`;
    const rest = all.filter((zone) => order(zone) >= from);
    const next = rest[this.pageSize];
    return {
      HostedZones: rest.slice(0, this.pageSize).map(written),
      IsTruncated: next !== undefined,
      ...(next && { NextDNSName: `${next.name}.`, NextHostedZoneId: next.id }),
    };
  }

  #zone(id: string | undefined): KeptZone {
    const zone = this.#zones.get(id ?? "");
    if (zone) return zone;
    const message = `No hosted zone found with ID: ${id}`;
    throw new NoSuchHostedZone({ message, $metadata: { httpStatusCode: 404 } });
  }
}

function written({ id, name, isPrivate, ownedBy }: FakeZone): HostedZone {
  return {
    Id: `/hostedzone/${id}`,
    Name: `${name}.`,
    CallerReference: id,
    Config: { PrivateZone: isPrivate ?? false },
    ...(ownedBy !== undefined && { LinkedService: { ServicePrincipal: ownedBy } }),
  };
}

/**
 * As Route 53 keeps it: names in lower case with a trailing dot, and the asterisk escaped. What is to
 * be deleted is taken as it was given, since it is not documented that other letters would do.
 */
function stored(set: ResourceRecordSet, isNew: boolean): ResourceRecordSet {
  const alias = set.AliasTarget;
  const target = isNew && alias && { ...alias, DNSName: storedName(alias.DNSName ?? "") };
  return {
    ...set,
    Name: storedName(set.Name ?? ""),
    ...(target && { AliasTarget: target }),
  };
}

function storedName(name: string): string {
  return `${name.toLowerCase().replace(/\.$/, "").replace(/^\*/, "\\052")}.`;
}

function keyOf({ Name, Type, SetIdentifier = "" }: ResourceRecordSet): string {
  return `${Name} ${Type} ${SetIdentifier}`;
}

function isSame(a: ResourceRecordSet, b: ResourceRecordSet): boolean {
  const plain = (set: ResourceRecordSet) =>
    JSON.stringify(
      Object.entries({
        ...set,
        ResourceRecords: set.ResourceRecords?.map(({ Value }) => Value).sort(),
      })
        .filter(([, value]) => value !== undefined)
        .sort(),
    );
  return plain(a) === plain(b);
}

function shown({ Name, Type, SetIdentifier: id }: ResourceRecordSet): string {
  const set = id === undefined ? "" : `, set identifier='${id}'`;
  return `resource record set [name='${Name}', type='${Type}'${set}]`;
}

function conflictsIn(sets: readonly ResourceRecordSet[]): readonly string[] {
  return sets.flatMap((set) => {
    const { Name, Type, SetIdentifier: id } = set;
    const others = sets.filter((other) => other !== set && other.Name === Name);
    const messages: string[] = [];
    if (Type !== "CNAME" && others.some((other) => other.Type === "CNAME")) {
      messages.push(
        `RRSet of type ${Type} with DNS name ${Name} is not permitted because a conflicting RRSet of type CNAME with the same DNS name already exists in zone example.com.`,
      );
    }
    if (id !== undefined && others.some((o) => o.Type === Type && o.SetIdentifier === undefined)) {
      messages.push(
        `RRSet with DNS name ${Name}, type ${Type}, SetIdentifier ${id} cannot be created as a non-weighted set exists with the same name and type.`,
      );
    }
    return messages;
  });
}

/** Lists are in the order of names with the labels reversed, `com.example.www.`, by ASCII. */
function reversed(name: string): string {
  return name === "" ? "" : `${name.replace(/\.$/, "").split(".").reverse().join(".")}.`;
}

function orderOf({ Name = "", Type, SetIdentifier = "" }: ResourceRecordSet): string {
  return `${reversed(Name)} ${Type} ${SetIdentifier}`;
}

function aborted(signal: AbortSignal | undefined): Promise<never> {
  return new Promise((_, reject) => {
    signal?.addEventListener("abort", () =>
      reject(Object.assign(new Error("Request aborted"), { name: "AbortError" })),
    );
  });
}
