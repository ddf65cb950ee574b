import { parseQuery, type Query } from "./query.ts";
import { bare, type Resolution, resolve } from "./resolution.ts";
import { encodeResponse, headerOnly, udpLimit } from "./response.ts";
import type { Chance } from "./weighted-choice.ts";
import { RCODE } from "./wire-constants.ts";
import type { ZoneView } from "./zone-view.ts";

export type Transport = "udp" | "tcp";

const MAX_TCP_OCTETS = 0xffff;

/** The response to a packet, or undefined when it deserves none. Throws only what `chance` throws. */
export function respond(
  packet: Buffer,
  transport: Transport,
  view: ZoneView,
  chance: Chance,
): Buffer | undefined {
  const parsed = parseQuery(packet);
  switch (parsed.kind) {
    case "unanswerable":
      return undefined;
    case "unknown-opcode":
      return headerOnly(packet, RCODE.NOTIMP);
    case "malformed":
      return headerOnly(packet, RCODE.FORMERR);
    case "query": {
      const limit = transport === "udp" ? udpLimit(parsed.edns) : MAX_TCP_OCTETS;
      return encodeResponse(packet, parsed, resolutionOf(parsed, view, chance), limit);
    }
  }
}

function resolutionOf({ question, edns }: Query, view: ZoneView, chance: Chance): Resolution {
  const knownVersion = edns === undefined || edns.version === 0;
  return knownVersion ? resolve(question, view, chance) : bare(RCODE.BADVERS);
}
