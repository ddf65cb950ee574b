import dnsPacket, { type Answer } from "dns-packet";
import { onTestFinished } from "vitest";
import { listen } from "../dns/listening.ts";
import type { DnsServerAddress } from "./dns-lookup.ts";

/** What the server says to one question: addresses, an error, nothing, or "ask over TCP". */
export type DnsReply =
  | { readonly addresses: readonly string[]; readonly ttl: number }
  | "NXDOMAIN"
  | "REFUSED"
  | "SERVFAIL"
  | "silence"
  | "truncated";

const RCODE = { NXDOMAIN: 3, REFUSED: 5, SERVFAIL: 2 } as const;
/** RFC 1035, 4.1.1. */
const AUTHORITATIVE = 0x0400;
const TRUNCATED = 0x0200;

export interface TestDns extends DnsServerAddress {
  /** The questions so far: "udp rainbow.test". */
  readonly asked: string[];
  reply: (name: string, transport: "tcp" | "udp") => DnsReply;
}

/** For tests: a DNS server on loopback that says what the test wants. */
export async function startDns(reply: TestDns["reply"]): Promise<TestDns> {
  const { host, port, udp, tcp } = await listen("127.0.0.1", 0);
  const dns: TestDns = { host, port, asked: [], reply };

  const answer = (packet: Buffer, transport: "tcp" | "udp"): Buffer | undefined => {
    const { id = 0, questions = [] } = dnsPacket.decode(packet);
    const name = questions[0]?.name ?? "";
    dns.asked.push(`${transport} ${name}`);
    const said = dns.reply(name, transport);
    if (said === "silence") return undefined;
    const bits = said === "truncated" ? TRUNCATED : typeof said === "string" ? RCODE[said] : 0;
    const answers: Answer[] =
      typeof said === "string"
        ? []
        : said.addresses.map((data) => ({ type: "A", name, ttl: said.ttl, data }));
    return dnsPacket.encode({
      type: "response",
      id,
      flags: AUTHORITATIVE | bits,
      questions,
      answers,
    });
  };

  udp.on("message", (packet, from) => {
    const response = answer(packet, "udp");
    if (response !== undefined) udp.send(response, from.port, from.address);
  });
  tcp.on("connection", (socket) => {
    socket.on("error", () => socket.destroy());
    socket.on("data", (framed) => {
      const response = answer(framed.subarray(2), "tcp");
      if (response === undefined) return;
      const length = Buffer.alloc(2);
      length.writeUInt16BE(response.length);
      socket.write(Buffer.concat([length, response]));
    });
    onTestFinished(() => {
      socket.destroy();
    });
  });
  onTestFinished(() => {
    udp.close();
    tcp.close();
  });
  return dns;
}
