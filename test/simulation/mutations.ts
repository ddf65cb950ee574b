/** A protection taken out of the source text. */
export interface Mutation {
  readonly name: string;
  /** The seed from which on it is searched for, where the first that finds it is far away. */
  readonly from?: number;
  /** Places to change together: a protection that stands twice has to go twice. */
  readonly edits: readonly Edit[];
}

export interface Edit {
  readonly file: string;
  readonly find: string;
  readonly replace: string;
}

export const MUTATIONS: readonly Mutation[] = [
  {
    name: "append-condition",
    edits: [
      {
        file: "src/adapters/memory/memory-event-store.ts",
        find: 'return { kind: present.id === id ? "appended" : "conflict" };',
        replace:
          'log[revision - 1] = { id, json: JSON.stringify(batch) }; return { kind: "appended" };',
      },
    ],
  },
  {
    name: "own-write",
    edits: [
      {
        file: "src/adapters/memory/memory-event-store.ts",
        find: 'present.id === id ? "appended" : "conflict"',
        replace: '"conflict"',
      },
      {
        file: "src/app/journal.ts",
        find: "state.commands.find((one) => one.id === command.meta.id) ??",
        replace: "",
      },
    ],
  },
  {
    name: "decide-then-apply",
    edits: [
      {
        file: "src/app/journal.ts",
        find: "const appended = await",
        replace:
          "this.#keep(stream, this.#decider.evolve(state, batch), [batch]); const appended = await",
      },
    ],
  },
  {
    name: "command-memory",
    edits: [
      {
        file: "src/app/journal.ts",
        find: "const earlier = await this.#earlier(stream, state, command);",
        replace: "const earlier = undefined;",
      },
    ],
  },
  {
    name: "repeat",
    edits: [
      {
        file: "src/app/journal.ts",
        find: "const { meta: _, found: __, ...own } = command;",
        replace: "const { meta: _, ...own } = command;",
      },
    ],
  },
  {
    name: "fence",
    edits: [
      {
        file: "src/adapters/memory/memory-traffic-zone.ts",
        find: "if (missing) {",
        replace: "if (false) {",
      },
      {
        file: "src/adapters/memory/memory-traffic-zone.ts",
        find: "const records = this.#records.filter((r) => !change.remove.some((o) => sameRecord(r, o)));",
        replace:
          "const keys = [...change.remove, ...change.add].map(recordKey); const records = this.#records.filter((r) => !keys.includes(recordKey(r)));",
      },
    ],
  },
  {
    name: "candidate",
    edits: [
      {
        file: "src/domain/environment/decide-request.ts",
        find: "    if (same) return undefined;",
        replace: "    if (same || true) return undefined;",
      },
      {
        file: "src/domain/environment/requests.ts",
        find: "return request ? [",
        replace: "return false && request ? [",
      },
    ],
  },
  {
    name: "approvals",
    edits: [
      {
        file: "src/domain/environment/decide-flip.ts",
        find: "request.approvals.length >= request.approvalsRequired",
        replace: "true",
      },
    ],
  },
  {
    name: "expiry",
    edits: [
      {
        file: "src/domain/environment/decide-request.ts",
        find: "now >= request.expiresAt",
        replace: "false",
      },
    ],
  },
  {
    name: "drain",
    edits: [
      {
        file: "src/domain/environment/decide-deploy.ts",
        find: "    whileFlipping(state),\n",
        replace: "",
      },
    ],
  },
  {
    name: "deployment-in-flight",
    edits: [
      {
        file: "src/domain/environment/decide-flip.ts",
        find: "    whileDeploying(state, command.to),\n",
        replace: "",
      },
      {
        file: "src/domain/environment/requests.ts",
        find: "return request ? [",
        replace: "return false && request ? [",
      },
    ],
  },
  {
    name: "revert-target",
    edits: [
      {
        file: "src/domain/environment/decide-flip.ts",
        find: "!(side.hasBeenLive || to === state.live)",
        replace: "false",
      },
    ],
  },
  {
    name: "weights",
    edits: [
      {
        file: "src/domain/environment/traffic.ts",
        find: "if (total !== 100)",
        replace: "if (false)",
      },
      {
        file: "src/domain/environment/traffic.ts",
        find: "[from]: 100 - weight",
        replace: "[from]: 50 - weight / 2",
      },
    ],
  },
  {
    name: "in-sync",
    edits: [
      {
        file: "src/app/environments/confirm-traffic.ts",
        find: '=== "pending"',
        replace: '=== "never"',
      },
      {
        file: "src/app/environments/confirm-traffic.ts",
        find: "answers.length > 0 && agree",
        replace: "true",
      },
    ],
  },
  {
    name: "ttl",
    edits: [
      {
        file: "src/domain/environment/decide-flip.ts",
        find: "hasLasted(command.inSync, traffic.inSyncAt, configuration.ttlSeconds)",
        replace: "true",
      },
    ],
  },
  {
    name: "paused-deployer",
    from: 4970,
    edits: [
      {
        file: "src/adapters/memory/memory-side-runtime.ts",
        find: "revision < side.highestRevision && replaces !== side.highestRevision",
        replace: "false",
      },
    ],
  },
  {
    name: "paused-configurer",
    edits: [
      {
        file: "src/domain/environment/decide-configure.ts",
        find: " || isOvertaken(configured, state)",
        replace: "",
      },
    ],
  },
  {
    name: "recovery",
    edits: [
      {
        file: "src/app/environments/carry-out-traffic.ts",
        find: "if (sameRecords(found, newest.records)) {",
        replace: "if (false) {",
      },
    ],
  },
];
