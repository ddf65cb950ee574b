import { SqliteFileError } from "../adapters/local/sqlite-file-error.ts";
import { Problem } from "../cli/problem.ts";
import { AddressInUse, AddressNotAvailable } from "../cloud/balancer/proxy/front-errors.ts";
import { AlreadyRunning, ListenersFileUnusable, PortTaken } from "../cloud/cloud-errors.ts";
import { DnsPortInUse, ZonesFileUnusable } from "../cloud/dns/dns-server.ts";
import { ApiPortInUse } from "../http/start-http.ts";
import { SocketPathTooLong } from "../machine/control-socket.ts";

/** Faults of the surroundings, which the user can mend; their messages say how. */
const MENDABLE = [
  AddressInUse,
  AddressNotAvailable,
  AlreadyRunning,
  ApiPortInUse,
  DnsPortInUse,
  ListenersFileUnusable,
  PortTaken,
  SocketPathTooLong,
  SqliteFileError,
  ZonesFileUnusable,
];

/** The error as the command line reports it; anything unexpected stays as it is. */
export function asProblem(error: unknown): unknown {
  return MENDABLE.some((kind) => error instanceof kind)
    ? new Problem("failed", (error as Error).message)
    : error;
}
