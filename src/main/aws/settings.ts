import { Problem } from "../../cli/problem.ts";

/** What an operator on AWS needs to be told. */
export interface AwsSettings {
  readonly table: string;
  /** Of the table. */
  readonly region: string;
  /** The only hosted zones to use, by id; found by the records' names when absent. */
  readonly hostedZones?: readonly string[];
  /** The role to assume for Route 53. */
  readonly zoneRole?: string;
  /** `host:port`, asked instead of each zone's own; `none`: what Route 53 says of a change is all there is. */
  readonly nameServers?: "none" | readonly string[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says, where it isn't said otherwise. Throws a Problem for what can't be. */
export function awsSettings(given: Partial<AwsSettings>, env: Environment): AwsSettings {
  const table = given.table ?? env.VERDIGRIS_TABLE;
  if (!table) throw new Problem("usage", "which table? Write --table, or set VERDIGRIS_TABLE");
  const region = given.region ?? (env.VERDIGRIS_REGION || env.AWS_REGION || env.AWS_DEFAULT_REGION);
  if (!region) throw new Problem("usage", "which region? Write --region, or set AWS_REGION");
  const hostedZones = given.hostedZones ?? listIn(env.VERDIGRIS_HOSTED_ZONES);
  const zoneRole = given.zoneRole ?? env.VERDIGRIS_ZONE_ROLE;
  const nameServers = given.nameServers ?? nameServersIn(env.VERDIGRIS_NAME_SERVERS);
  return {
    table,
    region,
    ...(hostedZones ? { hostedZones } : {}),
    ...(zoneRole ? { zoneRole } : {}),
    ...(nameServers ? { nameServers } : {}),
  };
}

/** A name or an address, and perhaps a port; an IPv6 address with a port is in brackets. */
const SERVER = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::\d{1,5})?$/;

/** Commas between; undefined when nothing is said. */
export function listIn(text: string | undefined): readonly string[] | undefined {
  const parts = (text ?? "").split(",").map((part) => part.trim());
  const said = parts.filter((part) => part !== "");
  return said.length > 0 ? said : undefined;
}

function nameServersIn(text: string | undefined): AwsSettings["nameServers"] {
  if (text?.trim() === "none") return "none";
  const servers = listIn(text);
  const wrong = servers?.find((server) => !SERVER.test(server));
  if (wrong === undefined) return servers;
  throw new Problem(
    "usage",
    `VERDIGRIS_NAME_SERVERS: "${wrong}" is not a server; write for example 192.0.2.53:53, or none`,
  );
}
