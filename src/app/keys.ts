import type { CommandMeta } from "../domain/batch.ts";
import type { ApiKey, KeysCommand, KeysEvent, KeysState, Role } from "../domain/keys.ts";
import type { Refusal } from "../domain/refusal.ts";
import { isRefusal } from "../domain/refusal.ts";
import type { Host } from "./host.ts";
import type { Journal } from "./journal.ts";
import type { KeysFace } from "./operator.ts";
import { KEYS_STREAM } from "./streams.ts";

export type KeysJournal = Journal<KeysState, KeysCommand, KeysEvent>;

export class Keys implements KeysFace {
  readonly #host: Host;
  readonly #journal: KeysJournal;
  /** 256 random bits as text. */
  readonly #newSecret: () => string;

  constructor(host: Host, journal: KeysJournal, newSecret: () => string) {
    this.#host = host;
    this.#journal = journal;
    this.#newSecret = newSecret;
  }

  async list(): Promise<readonly ApiKey[]> {
    return (await this.#journal.load(KEYS_STREAM)).keys;
  }

  async issue(
    name: string,
    role: Role,
    meta: CommandMeta,
  ): Promise<{ readonly key: string; readonly record: ApiKey }> {
    const key = `vg_${this.#newSecret()}`;
    const hash = this.#host.hash(key);
    const id = hash.slice(0, 12);
    const outcome = await this.#journal.execute(KEYS_STREAM, {
      type: "issue-key",
      id,
      name,
      role,
      hash,
      meta,
    });
    const record = isRefusal(outcome) ? undefined : outcome.state.keys.find((k) => k.id === id);
    if (!record) throw new Error(`the key for ${name} was not issued`);
    return { key, record };
  }

  async revoke(id: string, meta: CommandMeta): Promise<ApiKey | Refusal> {
    const outcome = await this.#journal.execute(KEYS_STREAM, { type: "revoke-key", id, meta });
    if (isRefusal(outcome)) return outcome;
    const key = outcome.state.keys.find((one) => one.id === id);
    if (!key) throw new Error(`key ${id} is not on record after it was revoked`);
    return key;
  }

  /** Looks the hash up, so that how long it takes tells nothing about the key. */
  async authenticate(key: string): Promise<ApiKey | undefined> {
    const hash = this.#host.hash(key);
    const { keys } = await this.#journal.load(KEYS_STREAM);
    return keys.find((one) => one.hash === hash && one.revokedAt === undefined);
  }
}
