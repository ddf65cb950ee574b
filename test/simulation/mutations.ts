/** A protection taken out of the source text, and the guarantees that don't hold without it. */
export interface Mutation {
  readonly name: string;
  readonly guarantees: readonly string[];
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
    guarantees: ["G2"],
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
    guarantees: ["G2", "G4"],
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
    guarantees: ["G2"],
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
    guarantees: ["G4"],
    edits: [
      {
        file: "src/app/journal.ts",
        find: "const earlier = await this.#earlier(stream, state, command);",
        replace: "const earlier = undefined;",
      },
    ],
  },
  {
    name: "fence",
    guarantees: ["G5"],
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
    guarantees: ["G3"],
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
    guarantees: ["G3"],
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
    guarantees: ["G3"],
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
    guarantees: ["G1"],
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
    guarantees: ["G1"],
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
    guarantees: ["G3"],
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
    guarantees: ["G7"],
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
    guarantees: ["G9"],
    edits: [
      {
        file: "src/app/environments/confirm-traffic.ts",
        find: '=== "pending"',
        replace: '=== "never"',
      },
      {
        file: "src/app/environments/confirm-traffic.ts",
        find: "answered.length === answers.length",
        replace: "true",
      },
    ],
  },
  {
    name: "ttl",
    guarantees: ["G9"],
    edits: [
      {
        file: "src/domain/environment/decide-flip.ts",
        find: "now >= traffic.inSyncAt + configuration.ttlSeconds * 1000",
        replace: "now >= traffic.inSyncAt",
      },
    ],
  },
  {
    name: "paused-deployer",
    guarantees: ["G1", "G6"],
    edits: [
      {
        file: "src/adapters/memory/memory-side-runtime.ts",
        find: "if (revision < side.highestRevision) return Promise.resolve();",
        replace: "",
      },
    ],
  },
  {
    name: "paused-configurer",
    guarantees: ["G6"],
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
    guarantees: ["G6"],
    edits: [
      {
        file: "src/app/environments/carry-out-traffic.ts",
        find: "if (sameRecords(found, newest.records)) {",
        replace: "if (false) {",
      },
    ],
  },
];
