import type { ApiKey, KeysCommand, KeysEvent, KeysState } from "../../domain/keys.ts";
import { LogNotUnderstood } from "../fold.ts";
import type { Host } from "../host.ts";
import type { Journal } from "../journal.ts";
import { KEYS_STREAM } from "../streams.ts";

export type KeysJournal = Journal<KeysState, KeysCommand, KeysEvent>;

/** A key that another operator revoked works here for at most this long. One revoked here ends at once. */
export const KEYS_FRESH_MS = 2_000;

/**
 * All keys, as of a look at the table that is at most `KEYS_FRESH_MS` old, so that a request doesn't
 * cost a read. What this operator itself decided is always there.
 */
export class KnownKeys {
  readonly #host: Host;
  readonly #journal: KeysJournal;
  #readAt = Number.NEGATIVE_INFINITY;
  #reading: Promise<readonly ApiKey[]> | undefined;
  #waiting: Promise<readonly ApiKey[]> | undefined;

  constructor(host: Host, journal: KeysJournal) {
    this.#host = host;
    this.#journal = journal;
  }

  async recent(): Promise<readonly ApiKey[]> {
    const isFresh = this.#host.clock.elapsed() - this.#readAt < KEYS_FRESH_MS;
    return isFresh ? understood(await this.#journal.recent(KEYS_STREAM)) : this.read();
  }

  /** As of a read that begins after the call. Calls that wait for one share it, however many they are. */
  read(): Promise<readonly ApiKey[]> {
    const before = this.#reading;
    if (!before) return this.#begin();
    this.#waiting ??= before
      .catch(() => undefined)
      .then(() => {
        this.#waiting = undefined;
        return this.#begin();
      });
    return this.#waiting;
  }

  #begin(): Promise<readonly ApiKey[]> {
    const beganAt = this.#host.clock.elapsed();
    const reading = this.#journal
      .load(KEYS_STREAM)
      .then((state) => {
        this.#readAt = beganAt;
        return understood(state);
      })
      .finally(() => {
        if (this.#reading === reading) this.#reading = undefined;
      });
    this.#reading = reading;
    return reading;
  }
}

/** Throws where the log goes on beyond what is understood: a key may have been revoked there. */
function understood({ keys, readOnly }: KeysState): readonly ApiKey[] {
  if (readOnly) throw new LogNotUnderstood(KEYS_STREAM, readOnly);
  return keys;
}
