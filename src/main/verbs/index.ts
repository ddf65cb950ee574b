import { DEMO, DOWN, OPERATOR, TOUR, UP } from "../../cli/machine-verbs.ts";
import type { VerbDefinition } from "../../cli/verb.ts";

/** Verbs of one machine. Each is loaded when it is called. */
export const MACHINE_VERBS: readonly VerbDefinition[] = [
  { ...DEMO, load: async () => (await import("./demo.ts")).demo },
  { ...TOUR, load: async () => (await import("./tour.ts")).tour },
  { ...UP, load: async () => (await import("./up.ts")).up },
  { ...DOWN, load: async () => (await import("./down.ts")).down },
  { ...OPERATOR, load: async () => (await import("./operator.ts")).operator },
  {
    name: "local-cloud",
    summary: "Serve DNS, load balancers and tasks",
    hidden: true,
    load: async () => (await import("./local-cloud.ts")).localCloud,
  },
  {
    name: "git-hook",
    summary: "Judge a push",
    hidden: true,
    load: async () => (await import("./git-hook.ts")).gitHook,
  },
];
