import { respond, type Transport } from "./respond.ts";
import { headerOnly } from "./response.ts";
import type { Chance } from "./weighted-choice.ts";
import { RCODE } from "./wire-constants.ts";
import { EMPTY_STATE, type ZoneState } from "./zone-state.ts";
import { ZoneView } from "./zone-view.ts";

/** Answers packets from the state last shown to it, and keeps count. Nothing makes it throw. */
export class Responder {
  readonly #address: string;
  readonly #chance: Chance;
  #view: ZoneView;
  #answered = 0;
  #failures: { readonly count: number; readonly last?: unknown } = { count: 0 };

  /** `address` is where the server listens. */
  constructor(address: string, chance: Chance) {
    this.#address = address;
    this.#chance = chance;
    this.#view = new ZoneView(EMPTY_STATE, address);
  }

  get answered() {
    return this.#answered;
  }

  get failures() {
    return this.#failures;
  }

  show(state: ZoneState): void {
    this.#view = new ZoneView(state, this.#address);
  }

  answer(packet: Buffer, transport: Transport): Buffer | undefined {
    try {
      const response = respond(packet, transport, this.#view, this.#chance);
      if (response !== undefined) this.#answered += 1;
      return response;
    } catch (error) {
      this.failed(error);
      return headerOnly(packet, RCODE.SERVFAIL);
    }
  }

  failed(error: unknown): void {
    this.#failures = { count: this.#failures.count + 1, last: error };
  }
}
