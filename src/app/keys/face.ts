import type { CommandMeta } from "../../domain/batch.ts";
import type { ApiKey, Role } from "../../domain/keys.ts";
import type { Refusal } from "../../domain/refusal.ts";
import { isRefusal, refuse } from "../../domain/refusal.ts";
import type { Host } from "../host.ts";
import type { KeysFace, UsedKey } from "../operator.ts";
import { KEYS_STREAM } from "../streams.ts";
import type { KeysJournal } from "./known-keys.ts";
import { KnownKeys } from "./known-keys.ts";
import { LastUses } from "./last-uses.ts";

export class Keys implements KeysFace {
  readonly #host: Host;
  readonly #journal: KeysJournal;
  /** 256 random bits as text. */
  readonly #newSecret: () => string;
  readonly #known: KnownKeys;
  readonly #uses: LastUses;

  constructor(host: Host, journal: KeysJournal, newSecret: () => string) {
    this.#host = host;
    this.#journal = journal;
    this.#newSecret = newSecret;
    this.#known = new KnownKeys(host, journal);
    this.#uses = new LastUses(host);
  }

  async list(): Promise<readonly UsedKey[]> {
    const { keys } = await this.#journal.load(KEYS_STREAM);
    return Promise.all(
      keys.map(async (key) => {
        const lastUsedAt = await this.#uses.of(key.id);
        return lastUsedAt === undefined ? key : { ...key, lastUsedAt };
      }),
    );
  }

  async issue(
    name: string,
    role: Role,
    meta: CommandMeta,
  ): Promise<{ readonly key: string; readonly record: ApiKey } | Refusal> {
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
    if (isRefusal(outcome)) return shownOnce(outcome);
    const record = outcome.state.keys.find((one) => one.id === id);
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

  async authenticate(
    key: string,
    { lookUpUnknown = true }: { readonly lookUpUnknown?: boolean } = {},
  ): Promise<ApiKey | undefined> {
    const hash = this.#host.hash(key);
    const found =
      this.#withHash(hash, await this.#known.recent()) ??
      (lookUpUnknown ? this.#withHash(hash, await this.#known.read()) : undefined);
    if (!found || found.revokedAt !== undefined) return undefined;
    this.#uses.note(found.id);
    return found;
  }

  async isGood(id: string): Promise<boolean> {
    const keys = await this.#known.recent();
    return keys.some((one) => one.id === id && one.revokedAt === undefined);
  }

  /** Waits until the last use of each key is written. */
  flush(): Promise<void> {
    return this.#uses.flush();
  }

  /** Compares with every key, so that how long it takes tells nothing about any. */
  #withHash(hash: string, keys: readonly ApiKey[]): ApiKey | undefined {
    return keys.filter((one) => this.#host.sameHash(one.hash, hash)).at(0);
  }
}

/** A repeat is another command to the log, because its key is another. */
function shownOnce(refusal: Refusal): Refusal {
  const { code, details } = refusal;
  if (code !== "command_id_reused" || details.command !== "issue-key") return refusal;
  return refuse(
    code,
    `A key was issued under command id ${details.commandId} already, and it is shown only once. Nothing was changed. Revoke that key where it was lost, and ask for another under a new id.`,
    details,
  );
}
