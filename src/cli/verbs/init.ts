import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { readControl } from "../control.ts";
import { text, toggle } from "../flags.ts";
import { awsConfigurationFor, configurationFor, type DetectedApp } from "../new-configuration.ts";
import { EXIT, type ExitCode, Problem } from "../problem.ts";
import type { TableReach } from "../reach.ts";
import { type Call, defineVerb } from "../verb.ts";

const flags = {
  aws: toggle("--aws", "For AWS: write the file for ECS, and make the table unless it is there"),
  table: text("--table <name>", "With --aws: the table; that of the file, else verdigris"),
  region: text("--region <region>", "With --aws: the region of the table (AWS_REGION)"),
};

const TABLE = "verdigris";

export const verb = defineVerb({
  description:
    "Writes a commented verdigris.yaml for the app in this folder, with a test environment and a blue-green production on one machine. Its name and commands come from package.json where there is one. A file that is there already is left as it is. With --aws, the file is for sides on ECS, and the DynamoDB table with the state is made unless it is there: paid per request, with point-in-time recovery and deletion protection.",
  arguments: [],
  flags,
  examples: [
    { command: "init", meaning: "in the root of your app's repository" },
    { command: "init --aws --region eu-west-1", meaning: "the same, for AWS, and its table" },
  ],
  reach: "machine",
  async run(call) {
    const { cwd, terminal } = call;
    if (call.flags.aws) return initAws(call);
    if (call.flags.table ?? call.flags.region) {
      throw new Problem("usage", "--table and --region are for AWS; add --aws");
    }
    const path = join(cwd, "verdigris.yaml");
    const detected = detect(cwd);
    if (!write(path, configurationFor(detected))) {
      throw new Problem("refused", `${path} is there already. It was left as it is.`);
    }
    terminal.answer({ file: path, app: detected.app }, () => [
      `wrote ${path}`,
      "look it over, then: `verdigris up`",
    ]);
    return EXIT.done;
  },
});

async function initAws(call: Call<typeof flags>): Promise<ExitCode> {
  const { cwd, env, terminal } = call;
  const control = await readControl(cwd);
  const region =
    call.flags.region ?? control?.region ?? (env.VERDIGRIS_REGION || env.AWS_REGION || undefined);
  if (region === undefined) {
    throw new Problem(
      "usage",
      "which region? Write --region, or set AWS_REGION. Nothing was made.",
    );
  }
  const table = call.flags.table ?? control?.table ?? env.VERDIGRIS_TABLE ?? TABLE;
  const path = join(cwd, "verdigris.yaml");
  const detected = detect(cwd);
  const reach: TableReach = { kind: "table", table, region, from: "init --aws" };
  const made = await call.openTable(reach).create();
  const wrote = write(path, awsConfigurationFor(detected, { table, region }));
  terminal.answer({ file: path, wrote, app: detected.app, table, region, made }, () => [
    made
      ? `made table ${table} in ${region}: on demand, point-in-time recovery, deletion protection`
      : `table ${table} in ${region} is there already; it was left as it is`,
    wrote ? `wrote ${path}` : `${path} is there already; it was left as it is`,
    "put in your clusters, services and load balancers, then: `verdigris doctor`, `verdigris apply`",
  ]);
  return EXIT.done;
}

/** False when there is a file already. */
function write(path: string, text: string): boolean {
  try {
    writeFileSync(path, text, { flag: "wx" });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") return false;
    throw unwritable(path, error);
  }
}

function unwritable(path: string, error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  return new Problem("failed", `${path} can't be written: ${message}.`);
}

function detect(cwd: string): DetectedApp {
  const path = join(cwd, "package.json");
  const folder = appName(basename(cwd));
  if (!existsSync(path)) return { app: folder, scripts: [] };
  const { name, scripts } = readPackage(path);
  return {
    app: typeof name === "string" ? appName(name.replace(/^@[^/]*\//, "")) : folder,
    scripts: Object.keys(scripts ?? {}),
    locked: existsSync(join(cwd, "package-lock.json")),
  };
}

function readPackage(path: string): { readonly name?: unknown; readonly scripts?: object } {
  try {
    return JSON.parse(readFileSync(path, "utf8")) ?? {};
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Problem("failed", `${path} is not JSON: ${error.message}. Nothing was written.`);
  }
}

/** Up to 31 of a-z, 0-9 and -, a letter first. */
function appName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 31)
    .replace(/-+$/, "");
  return name || "app";
}
