import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import {
  ListResourceRecordSetsCommand,
  type ResourceRecordSet,
  type Route53Client,
} from "@aws-sdk/client-route-53";
import dnsPacket, { type Answer } from "dns-packet";

/** TTL of a load balancer's alias (Route 53 Developer Guide, "Choosing between alias and non-alias records"). */
const ALIAS_TTL = 60;

/**
 * What Route 53's name servers are to a hosted zone, which the emulated API has none of: answers on
 * loopback, over UDP, from the records that the API holds at the moment. Aliases are answered with the address
 * that `addressOf` has for the load balancer's name.
 */
export class NameServer {
  readonly #socket: Socket;
  readonly #route53: Route53Client;
  readonly #zone: string;
  readonly #addressOf: (loadBalancer: string) => string | undefined;

  private constructor(
    socket: Socket,
    route53: Route53Client,
    zone: string,
    addressOf: (loadBalancer: string) => string | undefined,
  ) {
    this.#socket = socket;
    this.#route53 = route53;
    this.#zone = zone;
    this.#addressOf = addressOf;
    socket.on("message", (message, { address, port }) => {
      this.#answer(message)
        .catch(() => refusal(message))
        .then((answer) => socket.send(answer, port, address));
    });
  }

  static async start(
    route53: Route53Client,
    zone: string,
    addressOf: (loadBalancer: string) => string | undefined,
  ): Promise<NameServer> {
    const socket = createSocket("udp4").bind(0, "127.0.0.1");
    await once(socket, "listening");
    return new NameServer(socket, route53, zone, addressOf);
  }

  get port(): number {
    return this.#socket.address().port;
  }

  async close(): Promise<void> {
    this.#socket.close();
    await once(this.#socket, "close");
  }

  async #answer(message: Buffer): Promise<Buffer> {
    const { id, questions = [] } = dnsPacket.decode(message);
    const [question] = questions;
    if (!question) return refusal(message);
    const sets = await this.#setsAt(question.name);
    const answers = this.#answersFor(
      question.name,
      sets.filter(({ Type }) => Type === question.type),
    );
    const rcode = sets.length === 0 ? NXDOMAIN : 0;
    const flags = dnsPacket.AUTHORITATIVE_ANSWER | rcode;
    return dnsPacket.encode({ type: "response", id: id ?? 0, flags, questions, answers });
  }

  async #setsAt(name: string): Promise<readonly ResourceRecordSet[]> {
    const { ResourceRecordSets = [] } = await this.#route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: this.#zone, StartRecordName: name }),
    );
    return ResourceRecordSets.filter(
      ({ Name }) => Name?.toLowerCase() === `${name.toLowerCase()}.`,
    );
  }

  #answersFor(name: string, sets: readonly ResourceRecordSet[]): Answer[] {
    const set = sets.find(({ Weight }) => Weight !== 0) ?? sets[0];
    if (!set) return [];
    if (set.AliasTarget) {
      const data = this.#addressOf(set.AliasTarget.DNSName?.replace(/\.$/, "") ?? "");
      return data === undefined ? [] : [{ type: "A", name, ttl: ALIAS_TTL, data }];
    }
    const values = set.ResourceRecords?.map(({ Value = "" }) => Value) ?? [];
    return values.map((value) => ({
      type: "TXT",
      name,
      ttl: set.TTL ?? 0,
      data: value.replace(/^"|"$/g, ""),
    }));
  }
}

const NXDOMAIN = 3;
const REFUSED = 5;

function refusal(message: Buffer): Buffer {
  const { id, questions } = dnsPacket.decode(message);
  return dnsPacket.encode({
    type: "response",
    id: id ?? 0,
    flags: REFUSED,
    ...(questions ? { questions } : {}),
  });
}
