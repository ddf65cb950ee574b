import type { CommandMeta } from "../domain/batch.ts";
import type { Host } from "./host.ts";

/** For what the reconcile loop decides by itself. */
export function operatorMeta(host: Host, more: Partial<CommandMeta> = {}): CommandMeta {
  return { id: host.newId(), actor: { name: "operator", via: "operator" }, ...more };
}
