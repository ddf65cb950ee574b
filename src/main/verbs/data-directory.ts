import { dirname, join, resolve } from "node:path";
import { findConfiguration } from "../../cli/find-configuration.ts";
import type { Call } from "../../cli/verb.ts";

/** Where this machine's Verdigris keeps everything: as named, or beside the `verdigris.yaml` found. */
export function dataDirectory(call: Call): string {
  const named = call.globals.dataDir ?? call.env.VERDIGRIS_DATA_DIR;
  if (named !== undefined) return resolve(call.cwd, named);
  const configuration = findConfiguration(call.cwd);
  return join(configuration === undefined ? call.cwd : dirname(configuration), ".verdigris");
}

/** How this very command was started: hooks and the local cloud are started the same way. */
export function ownCommand(): readonly string[] {
  return [process.execPath, resolve(process.argv[1] ?? "")];
}
