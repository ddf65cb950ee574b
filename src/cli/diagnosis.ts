import { execFile } from "node:child_process";
import { accessSync, constants, existsSync } from "node:fs";
import { createServer } from "node:net";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import type { AppView } from "../contract/api.ts";
import type { ConfigurationFile } from "../contract/configuration/types.ts";
import { findClientFile } from "./client-file.ts";
import { readConfigurationFile } from "./control.ts";
import type { Finding } from "./finding.ts";
import { connect } from "./operator-api.ts";
import { Problem } from "./problem.ts";
import { findReach, isElsewhere } from "./reach.ts";
import type { Call } from "./verb.ts";

/** The ports of `verdigris up`, where no others are given to it. */
const PORTS = { gateway: 8080, API: 7420, DNS: 5354 } as const;

export async function checkSurroundings(call: Call): Promise<readonly Finding[]> {
  const remote = isElsewhere(call);
  const reach = remote ? findReach(call) : undefined;
  if (reach?.kind === "table") {
    const file = await readFile(call.cwd);
    const { diagnose } = call.openTable(reach);
    const found = await diagnose(file.configuration);
    return [checkNode(process.versions.node), ...file.findings, ...found];
  }
  const operator = await checkOperator(call);
  const ports =
    operator.ok || remote ? [] : await Promise.all(Object.entries(PORTS).map(checkPort));
  return [
    checkNode(process.versions.node),
    await checkGit(call),
    ...(remote ? [] : [checkClientFile(call)]),
    operator,
    ...ports,
    ...(remote ? [] : [checkDataDirectory(call)]),
  ];
}

/** The configuration that is here, or what is wrong with it; other things can be looked at all the same. */
async function readFile(cwd: string): Promise<{
  readonly configuration: ConfigurationFile | undefined;
  readonly findings: readonly Finding[];
}> {
  try {
    const configuration = await readConfigurationFile(cwd);
    if (configuration) return { configuration, findings: [] };
    const mend = "Run it in the app's repository; `verdigris init --aws` writes one";
    const what = "no verdigris.yaml here or above";
    return { configuration, findings: [{ ok: false, what, mend }] };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    const what = "verdigris.yaml can't be used";
    return { configuration: undefined, findings: [{ ok: false, what, mend: error.message }] };
  }
}

export function checkNode(version: string): Finding {
  const what = `Node ${version}`;
  if (isAtLeast(version, [20, 19])) return { ok: true, what };
  return { ok: false, what, mend: "Install Node 20.19 or newer: https://nodejs.org" };
}

/** `git merge-tree --write-tree`, with which branches are merged, came with git 2.38. */
export async function checkGit({ env }: Pick<Call, "env">): Promise<Finding> {
  const mend = "Install git 2.38 or newer: https://git-scm.com";
  try {
    const { stdout } = await promisify(execFile)("git", ["--version"], { env, timeout: 10_000 });
    const what = stdout.trim();
    return isAtLeast(what, [2, 38]) ? { ok: true, what } : { ok: false, what, mend };
  } catch (error) {
    return { ok: false, what: `git does not run: ${messageOf(error)}`, mend };
  }
}

function isAtLeast(version: string, [major, minor]: readonly [number, number]): boolean {
  const match = /(\d+)\.(\d+)/.exec(version);
  const [, a, b] = match?.map(Number) ?? [];
  return a !== undefined && b !== undefined && (a > major || (a === major && b >= minor));
}

function checkClientFile(call: Call): Finding {
  try {
    const file = findClientFile(call);
    if (file) return { ok: true, what: `client file ${file.path}, readable by you alone` };
    return {
      ok: false,
      what: "no client file here or above",
      mend: "`verdigris up` or `verdigris demo` writes one; --data-dir names it elsewhere",
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ok: false, what: "the client file can't be used", mend: error.message };
  }
}

async function checkOperator(call: Call): Promise<Finding> {
  try {
    const api = connect(call);
    const apps = await api.get<readonly AppView[]>("/apps");
    return {
      ok: true,
      what: `${api.server.name} answers you; apps: ${apps.map((app) => app.name).join(", ") || "none"}`,
    };
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    return { ok: false, what: "the operator can't be asked", mend: error.message };
  }
}

async function checkPort([name, port]: readonly [string, number]): Promise<Finding> {
  const problem = await listenOnce(port);
  if (problem === undefined) return { ok: true, what: `port ${port} (${name}) is free` };
  return {
    ok: false,
    what: `port ${port} (${name}) can't be listened on: ${problem}`,
    mend: `Stop what listens there (ss -ltnp 'sport = :${port}'), or give \`verdigris up\` another port`,
  };
}

async function listenOnce(port: number): Promise<string | undefined> {
  const server = createServer();
  return await new Promise((resolve) => {
    server.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
    server.listen(port, "127.0.0.1", () => server.close(() => resolve(undefined)));
  });
}

function checkDataDirectory({ globals, env, cwd }: Call): Finding {
  const directory = globals.dataDir ?? env.VERDIGRIS_DATA_DIR ?? join(cwd, ".verdigris");
  const there = nearestExisting(directory);
  try {
    accessSync(there, constants.W_OK | constants.X_OK);
    return { ok: true, what: `data directory ${directory} can be written` };
  } catch (error) {
    return {
      ok: false,
      what: `data directory ${directory} can't be written: ${messageOf(error)}`,
      mend: `Run: chmod u+rwx ${there}, or name another with --data-dir`,
    };
  }
}

function nearestExisting(path: string): string {
  return existsSync(path) || dirname(path) === path ? path : nearestExisting(dirname(path));
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
