import { Problem } from "../../cli/problem.ts";

/** What an operator on AWS needs to be told. */
export interface AwsSettings {
  readonly table: string;
  /** Of the table; the AWS configuration's when absent. */
  readonly region?: string;
  /** The only hosted zones to use, by id; found by the records' names when absent. */
  readonly hostedZones?: readonly string[];
  /** The role to assume for Route 53. */
  readonly zoneRole?: string;
  /** Asked instead of each zone's own; none: what Route 53 says of a change is all there is. */
  readonly nameServers?: readonly { readonly host: string; readonly port: number }[];
}

export type Environment = Readonly<Record<string, string | undefined>>;

/** What the environment says, where it isn't said otherwise. Throws a Problem for what can't be. */
export function awsSettings(given: Partial<AwsSettings>, env: Environment): AwsSettings {
  const table = given.table ?? env.VERDIGRIS_TABLE;
  if (!table) throw new Problem("usage", "which table? Write --table, or set VERDIGRIS_TABLE");
  const region = given.region ?? (env.VERDIGRIS_REGION || env.AWS_REGION);
  const hostedZones = given.hostedZones ?? listIn(env.VERDIGRIS_HOSTED_ZONES);
  const zoneRole = given.zoneRole ?? env.VERDIGRIS_ZONE_ROLE;
  const nameServers = given.nameServers ?? nameServersIn(env.VERDIGRIS_NAME_SERVERS);
  return {
    table,
    ...(region ? { region } : {}),
    ...(hostedZones ? { hostedZones } : {}),
    ...(zoneRole ? { zoneRole } : {}),
    ...(nameServers ? { nameServers } : {}),
  };
}

/** Commas between; undefined when nothing is said. */
export function listIn(text: string | undefined): readonly string[] | undefined {
  const parts = (text ?? "").split(",").map((part) => part.trim());
  const said = parts.filter((part) => part !== "");
  return said.length > 0 ? said : undefined;
}

function nameServersIn(text: string | undefined): AwsSettings["nameServers"] {
  if (text?.trim() === "none") return [];
  return listIn(text)?.map((server) => {
    const [, host, port] = /^\[?([0-9A-Fa-f.:]+?)\]?:(\d{1,5})$/.exec(server) ?? [];
    if (host === undefined || port === undefined) {
      throw new Problem(
        "usage",
        `VERDIGRIS_NAME_SERVERS: "${server}" is not an address and port; write for example 192.0.2.53:53, or none`,
      );
    }
    return { host, port: Number(port) };
  });
}
