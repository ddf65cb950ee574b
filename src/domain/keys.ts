import type { Asked, RememberedCommand } from "./batch.ts";
import { remember } from "./batch.ts";
import type { Decider, Folded } from "./decider.ts";
import { refuse } from "./refusal.ts";

/** What a key may do; each role may do all that the ones before it may. */
export const ROLES = ["viewer", "deployer", "approver", "admin"] as const;
export type Role = (typeof ROLES)[number];

export function mayActAs(role: Role, wanted: Role): boolean {
  return ROLES.indexOf(role) >= ROLES.indexOf(wanted);
}

/** An API key, without the key: only its hash is kept. */
export interface ApiKey {
  readonly id: string;
  /** Whose it is; approvals bear this name. */
  readonly name: string;
  readonly role: Role;
  /** SHA-256 in hexadecimal of the key, which has 256 random bits and so needs no salt. */
  readonly hash: string;
  readonly issuedAt: number;
  readonly revokedAt?: number;
}

export interface KeysState extends Folded {
  readonly revision: number;
  readonly keys: readonly ApiKey[];
  readonly commands: readonly RememberedCommand[];
}

export type KeysEvent =
  | { readonly type: "KeyIssued"; readonly key: Omit<ApiKey, "issuedAt" | "revokedAt"> }
  | { readonly type: "KeyRevoked"; readonly id: string };

export type KeysCommand = Asked<
  | {
      readonly type: "issue-key";
      readonly id: string;
      readonly name: string;
      readonly role: Role;
      readonly hash: string;
    }
  | { readonly type: "revoke-key"; readonly id: string }
>;

export const keysDecider: Decider<KeysState, KeysCommand, KeysEvent> = {
  schema: 2,
  events: {
    KeyIssued: { key: { fields: { id: "text", name: "text", role: "text", hash: "text" } } },
    KeyRevoked: { id: "text" },
  },
  initialState: () => ({ revision: 0, keys: [], commands: [] }),
  evolve: (state, batch) => ({
    revision: batch.revision,
    commands: remember(state.commands, batch),
    keys: batch.events.reduce((keys, event) => {
      if (event.type === "KeyIssued") return [...keys, { ...event.key, issuedAt: batch.at }];
      return keys.map((key) => (key.id === event.id ? { ...key, revokedAt: batch.at } : key));
    }, state.keys),
  }),
  decide(state, command) {
    if (command.type === "issue-key") {
      const { id, name, role, hash } = command;
      return [{ type: "KeyIssued", key: { id, name, role, hash } }];
    }
    const key = state.keys.find((one) => one.id === command.id);
    if (!key) return refuse("unknown_key", `There is no key ${command.id}.`, { key: command.id });
    return key.revokedAt === undefined ? [{ type: "KeyRevoked", id: key.id }] : [];
  },
};
