import type { CommonOperatorProps } from "./operator-props.ts";

/** Where the operator's state is. */
export interface TableSettings {
  readonly tableName: string;
  readonly region: string;
}

/** The environment variables that tell the operator what it works on. No secret is among them. */
export function operatorSettings(
  props: CommonOperatorProps,
  table: TableSettings,
  allowedHosts: readonly string[],
): Record<string, string> {
  const zones = [...new Set(props.environments.map((environment) => environment.hostedZoneId))];
  return {
    VERDIGRIS_TABLE: table.tableName,
    VERDIGRIS_REGION: table.region,
    VERDIGRIS_ALLOWED_HOSTS: allowedHosts.join(","),
    ...(zones.length > 0 ? { VERDIGRIS_HOSTED_ZONES: zones.join(",") } : {}),
    ...(props.zoneRoleArn === undefined ? {} : { VERDIGRIS_ZONE_ROLE: props.zoneRoleArn }),
    ...(props.nameServers === undefined
      ? {}
      : { VERDIGRIS_NAME_SERVERS: [props.nameServers].flat().join(",") }),
  };
}

/** Ports on which name servers are asked. */
export function nameServerPorts(nameServers: CommonOperatorProps["nameServers"]): number[] {
  if (nameServers === "none") return [];
  if (nameServers === undefined) return [53];
  return [...new Set(nameServers.map(portOf))];
}

/** A name or an address, and perhaps a port; an IPv6 address is in brackets. */
const server = /^(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._-]+)(?::(\d{1,5}))?$/;

function portOf(nameServer: string): number {
  const found = server.exec(nameServer);
  const port = Number(found?.[1] ?? 53);
  if (!found || port < 1 || port > 65535) {
    throw new Error(`nameServers: "${nameServer}" is not a server, such as 192.0.2.53:53.`);
  }
  return port;
}
