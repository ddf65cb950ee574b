import { readFileSync } from "node:fs";
import type { AppView } from "../contract/api.ts";
import { findConfiguration } from "./find-configuration.ts";
import type { OperatorApi } from "./operator-api.ts";
import { Problem } from "./problem.ts";
import type { Call } from "./verb.ts";

/** A top-level `app:` of YAML whose value is a name, quoted or not. */
const APP_LINE = /^app:[ \t]*(["']?)([a-z][a-z0-9-]{0,30})\1[ \t]*(?:#.*)?\r?$/m;

/**
 * The app that the call is about: `--app`, else that of the `verdigris.yaml` here or above, else
 * the client file's, else the only one that the server has.
 */
export async function findApp(call: Call, api: OperatorApi): Promise<string> {
  return call.globals.app ?? appOfConfiguration(call.cwd) ?? api.server.app ?? (await onlyApp(api));
}

export function appPath(app: string): string {
  return `/apps/${encodeURIComponent(app)}`;
}

function appOfConfiguration(cwd: string): string | undefined {
  const path = findConfiguration(cwd);
  return path === undefined ? undefined : APP_LINE.exec(readFileSync(path, "utf8"))?.[2];
}

async function onlyApp(api: OperatorApi): Promise<string> {
  const names = (await api.get<readonly AppView[]>("/apps")).map((app) => app.name);
  const [first, second] = names;
  if (first === undefined) {
    throw new Problem(
      "failed",
      "The operator has no app yet. `verdigris init` writes a verdigris.yaml, `verdigris apply` registers it.",
    );
  }
  if (second === undefined) return first;
  throw new Problem("usage", `which app? Write --app with one of ${names.join(", ")}`);
}
