import type { DecodedPacket } from "dns-packet";
import { askUdp, query, type ServerAddress } from "../../../src/cloud/dns/test-client.ts";

/**
 * The addresses of one name, asked for over UDP and remembered for exactly the answer's TTL, counted from
 * the moment of asking: no visit that relies on an answer begins after it has run out.
 */
export class Resolver {
  readonly #server: ServerAddress;
  readonly #name: string;
  #address = "";
  #expiresAt = 0;
  #asking: Promise<string> | undefined;
  asked = 0;

  constructor(server: ServerAddress, name: string) {
    this.#server = server;
    this.#name = name;
  }

  async address(): Promise<string> {
    if (Date.now() < this.#expiresAt) return this.#address;
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<string> {
    this.asked += 1;
    const askedAt = Date.now();
    const { answer, ttlSeconds } = firstAddress(await askUdp(this.#server, query(this.#name, "A")));
    this.#address = answer;
    this.#expiresAt = askedAt + ttlSeconds * 1000;
    return answer;
  }
}

function firstAddress({ answers = [] }: DecodedPacket) {
  const [first] = answers;
  if (first?.type !== "A") throw new Error(`no address: ${JSON.stringify(answers)}`);
  return { answer: first.data, ttlSeconds: first.ttl ?? 0 };
}
