import dnsPacket, { type DecodedPacket, type OptAnswer, type Packet } from "dns-packet";
import type { RecordSet } from "../../domain/records.ts";
import { respond, type Transport } from "./respond.ts";
import { type QueryType, query } from "./test-client.ts";
import { EMPTY_STATE, withChange, withZone, type ZoneState } from "./zone-state.ts";
import { ZoneView } from "./zone-view.ts";

/** For tests: two zones with a record of every sort, asked without a socket. */
const RECORDS: readonly RecordSet[] = [
  {
    name: "rainbow.test",
    type: "A",
    set: { id: "blue", weight: 1 },
    ttlSeconds: 60,
    values: ["127.0.1.1"],
    healthCheck: "blue",
  },
  {
    name: "rainbow.test",
    type: "A",
    set: { id: "green", weight: 1 },
    ttlSeconds: 60,
    values: ["127.0.1.2"],
    healthCheck: "green",
  },
  { name: "two.rainbow.test", type: "A", ttlSeconds: 5, values: ["127.0.1.1", "127.0.1.2"] },
  { name: "two.rainbow.test", type: "AAAA", ttlSeconds: 5, values: ["::1", "64:ff9b::1.2.3.4"] },
  { name: "fence.rainbow.test", type: "TXT", ttlSeconds: 0, values: ["revision=41"] },
  { name: "long.rainbow.test", type: "TXT", ttlSeconds: 0, values: ["é".repeat(150)] },
  { name: "kilo.rainbow.test", type: "TXT", ttlSeconds: 0, values: ["k".repeat(1000)] },
  { name: "huge.rainbow.test", type: "TXT", ttlSeconds: 0, values: ["h".repeat(30_000)] },
  { name: "standby.rainbow.test", type: "CNAME", ttlSeconds: 60, values: ["Two.Rainbow.Test"] },
  { name: "chain.rainbow.test", type: "CNAME", ttlSeconds: 60, values: ["standby.rainbow.test"] },
  { name: "dangling.rainbow.test", type: "CNAME", ttlSeconds: 60, values: ["gone.rainbow.test"] },
  { name: "away.rainbow.test", type: "CNAME", ttlSeconds: 60, values: ["lb.example.com"] },
  { name: "ping.rainbow.test", type: "CNAME", ttlSeconds: 60, values: ["pong.rainbow.test"] },
  { name: "pong.rainbow.test", type: "CNAME", ttlSeconds: 60, values: ["ping.rainbow.test"] },
  { name: "a.b.empty.rainbow.test", type: "A", ttlSeconds: 60, values: ["127.0.0.1"] },
  { name: "sub.rainbow.test", type: "NS", ttlSeconds: 60, values: ["ns1.sub.rainbow.test"] },
  { name: "ns1.sub.rainbow.test", type: "A", ttlSeconds: 60, values: ["127.0.0.9"] },
  { name: "tosub.rainbow.test", type: "CNAME", ttlSeconds: 60, values: ["www.sub.rainbow.test"] },
];

const view = new ZoneView(stateOf(RECORDS), "127.0.0.1");
export const NEGATIVE_SOA = { name: "rainbow.test", type: "SOA", ttl: 60 };

/** The zones with these records, serial 7 whatever was changed. */
export function stateOf(records: readonly RecordSet[]): ZoneState {
  let state: ZoneState = EMPTY_STATE;
  for (const name of ["rainbow.test", "deep.er.rainbow.test"]) {
    const zoned = withZone(state, { name, serial: 7 });
    if ("flaw" in zoned) throw new Error(zoned.flaw);
    state = zoned;
  }
  for (const record of records) {
    const result = withChange(state, { remove: [], add: [record] }, "change");
    if (result.kind !== "changed") throw new Error(result.reason);
    state = { ...result.state, zones: state.zones };
  }
  return state;
}

interface Circumstances {
  readonly transport?: Transport;
  readonly random?: number;
  readonly unhealthy?: readonly string[];
}

/** The response as it is on the wire. */
export function raw(
  packet: Buffer,
  { transport = "udp", random = 0, unhealthy = [] }: Circumstances = {},
) {
  return respond(packet, transport, view, {
    random: () => random,
    isHealthy: (check) => !unhealthy.includes(check),
  });
}

export function sent(
  packet: Buffer,
  circumstances?: Circumstances,
): DecodedPacket & { rcode: string } {
  const response = raw(packet, circumstances);
  if (response === undefined) throw new Error("no response");
  return dnsPacket.decode(response) as DecodedPacket & { rcode: string };
}

export function ask(name: string, type: QueryType = "A", circumstances?: Circumstances) {
  return sent(query(name, type), circumstances);
}

/** What a server with other records answers over TCP. */
export function askOf(records: readonly RecordSet[], name: string, type: QueryType = "A") {
  const others = new ZoneView(stateOf(records), "127.0.0.1");
  const chance = { random: () => 0, isHealthy: () => true };
  return dnsPacket.decode(respond(query(name, type), "tcp", others, chance) ?? Buffer.alloc(0));
}

export function withOpt(fields: {
  udpPayloadSize?: number;
  ednsVersion?: number;
  flags?: number;
}): Packet {
  const opt: OptAnswer = {
    type: "OPT",
    name: ".",
    udpPayloadSize: 4096,
    extendedRcode: 0,
    ednsVersion: 0,
    flags: 0,
    flag_do: false,
    options: [],
    ...fields,
  };
  return { additionals: [opt] };
}

export const data = (answers: readonly unknown[] | undefined) =>
  answers?.map((answer) => (answer as { data: unknown }).data);

export const texts = (answers: readonly unknown[] | undefined) =>
  data(answers)?.map((strings) => Buffer.concat(strings as Buffer[]).toString());
