import { readFileSync } from "node:fs";
import type { ConfigurationFile } from "../contract/configuration/types.ts";
import { findConfiguration } from "./find-configuration.ts";
import { Problem } from "./problem.ts";

/** `control` of the verdigris.yaml here or above: where the state is. */
export type Control = ConfigurationFile["control"] & {
  /** The file it is from. */
  readonly path: string;
};

/** YAML is read only where the file has such a key, since most calls need none of it. */
const HAS_CONTROL = /^["']?control["']?[ \t]*:/m;

/** Undefined where there is no file, or no such key in it. Throws a Problem for a file that can't be used. */
export async function readControl(cwd: string): Promise<Control | undefined> {
  const path = findConfiguration(cwd);
  if (path === undefined || !HAS_CONTROL.test(readFileSync(path, "utf8"))) return undefined;
  const file = await readConfigurationFile(cwd);
  return file && { ...file.control, path };
}

/** The verdigris.yaml here or above; undefined where there is none. Throws a Problem for one that can't be used. */
export async function readConfigurationFile(cwd: string): Promise<ConfigurationFile | undefined> {
  const path = findConfiguration(cwd);
  if (path === undefined) return undefined;
  const { parseConfiguration } = await import("../contract/configuration/parse.ts");
  const parsed = parseConfiguration(readFileSync(path, "utf8"), { file: path });
  if (parsed.ok) return parsed.configuration;
  const { showProblem } = await import("../contract/configuration/problem.ts");
  throw new Problem(
    "usage",
    `${parsed.problems.map(showProblem).join("\n")}\nThe file says where the state is, so nothing was sent. Mend it, or name the operator or the table (--server, --table).`,
  );
}
