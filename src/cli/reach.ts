import { findClientFile, type Place } from "./client-file.ts";
import type { Control } from "./control.ts";
import { Problem } from "./problem.ts";

/** Where the state is, and how it is worked on: through an operator, or on the table itself. */
export type Reach = ServerReach | TableReach;

export interface ServerReach {
  readonly kind: "server";
  /** Without a final slash. */
  readonly url: string;
  readonly key?: string;
  /** The app that the client file names. */
  readonly app?: string;
  /** Where this was read, in words. */
  readonly from: string;
}

/** A DynamoDB table, worked on in this process with the caller's AWS credentials. */
export interface TableReach {
  readonly kind: "table";
  readonly table: string;
  /** As the AWS configuration says when absent. */
  readonly region?: string;
  /** The only hosted zones to use, by id; found by name when absent. */
  readonly hostedZones?: readonly string[];
  /** The role to assume for Route 53. */
  readonly zoneRole?: string;
  readonly from: string;
}

export interface Asking extends Place {
  /** What the verdigris.yaml here says. */
  readonly control?: Control;
}

/**
 * The first that is named by `--server`, `--table`, VERDIGRIS_SERVER, VERDIGRIS_TABLE, `control` in
 * verdigris.yaml, or the client file. VERDIGRIS_API_KEY goes before the client file's key.
 */
export function findReach(asking: Asking): Reach {
  const { globals, env, control } = asking;
  if (globals.server && globals.table) {
    throw new Problem("usage", "--server and --table exclude each other: write one of them");
  }
  if (globals.server) return server(globals.server, "--server", asking);
  if (globals.table) return table(globals.table, "--table", asking);
  if (env.VERDIGRIS_SERVER) return server(env.VERDIGRIS_SERVER, "VERDIGRIS_SERVER", asking);
  if (env.VERDIGRIS_TABLE) return table(env.VERDIGRIS_TABLE, "VERDIGRIS_TABLE", asking);
  if (control?.server) return server(control.server, control.path, asking);
  if (control?.table) return table(control.table, control.path, asking);
  const file = findClientFile(asking);
  if (!file) throw nowhere(asking);
  return {
    ...server(file.api, file.path, asking),
    key: env.VERDIGRIS_API_KEY || file.token,
    ...(file.app === undefined ? {} : { app: file.app }),
  };
}

/** Whether a table or an operator elsewhere is meant, and not the Verdigris of this machine. */
export function isElsewhere({ globals, env, control }: Asking): boolean {
  return Boolean(
    globals.server ??
      globals.table ??
      env.VERDIGRIS_SERVER ??
      env.VERDIGRIS_TABLE ??
      control?.server ??
      control?.table,
  );
}

function table(name: string, from: string, { globals, env, control }: Asking): TableReach {
  const region = globals.region ?? (env.VERDIGRIS_REGION || control?.region);
  const zones = env.VERDIGRIS_HOSTED_ZONES?.split(",").filter((id) => id.trim() !== "");
  const hostedZones = zones ?? control?.hostedZones;
  const zoneRole = env.VERDIGRIS_ZONE_ROLE || control?.zoneRole;
  return {
    kind: "table",
    table: name,
    from,
    ...(region ? { region } : {}),
    ...(hostedZones ? { hostedZones } : {}),
    ...(zoneRole ? { zoneRole } : {}),
  };
}

function server(written: string, from: string, { env }: Asking): ServerReach {
  const key = env.VERDIGRIS_API_KEY;
  return { kind: "server", url: serverUrl(written, from), from, ...(key ? { key } : {}) };
}

function serverUrl(written: string, from: string): string {
  const wanted = "write for example https://verdigris.example.com";
  if (!URL.canParse(written) || !/^https?:$/.test(new URL(written).protocol)) {
    throw new Problem(
      "usage",
      `${from}: "${written}" is not the address of an operator; ${wanted}`,
    );
  }
  const url = new URL(written);
  if (url.username || url.password) {
    throw new Problem(
      "usage",
      `${from}: an address holds no key, which others could read; put it in VERDIGRIS_API_KEY`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function nowhere({ globals, env }: Place): Problem {
  const named = globals.dataDir ?? env.VERDIGRIS_DATA_DIR;
  return new Problem(
    "failed",
    `No Verdigris is known ${named ? `in ${named}` : "here"}. \`verdigris up\` starts one for your app, \`verdigris demo\` one to try; a remote one is named by --server or VERDIGRIS_SERVER, a table on AWS by --table or by \`control\` in verdigris.yaml.`,
  );
}
