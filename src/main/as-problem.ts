import { GitError } from "../adapters/local/git/git.ts";
import { SqliteFileError } from "../adapters/local/sqlite-file-error.ts";
import { Problem } from "../cli/problem.ts";
import { AddressInUse, AddressNotAvailable } from "../cloud/balancer/proxy/front-errors.ts";
import { AlreadyRunning, ListenersFileUnusable, PortTaken } from "../cloud/cloud-errors.ts";
import { DnsPortInUse, ZonesFileUnusable } from "../cloud/dns/dns-errors.ts";
import { ServiceFileUnusable } from "../cloud/tasks/record-files.ts";
import { ApiPortInUse } from "../http/api-port-in-use.ts";
import { SocketPathTooLong } from "../machine/control-socket.ts";
import { LockUnusable } from "../machine/single-instance.ts";

/** Faults of the surroundings, which the user can mend; their messages say how. */
const MENDABLE = [
  AddressInUse,
  AddressNotAvailable,
  AlreadyRunning,
  ApiPortInUse,
  DnsPortInUse,
  ListenersFileUnusable,
  LockUnusable,
  PortTaken,
  ServiceFileUnusable,
  SocketPathTooLong,
  SqliteFileError,
  ZonesFileUnusable,
];

/** The disk's own faults, by the system's codes: errno(3). */
const OF_THE_DISK = ["EACCES", "EDQUOT", "EFBIG", "EIO", "ENOSPC", "EPERM", "EROFS"];

/** The error as the command line reports it; anything unexpected stays as it is. */
export function asProblem(error: unknown): unknown {
  const { code, path, message } = error as NodeJS.ErrnoException;
  if (OF_THE_DISK.includes(code ?? "")) {
    return new Problem(
      "failed",
      `${path ?? "The data directory"} can't be written or read: ${message}. What was started is stopped again, and nothing on record was changed. Mend the disk, and start again.`,
    );
  }
  if (error instanceof GitError) {
    return new Problem(
      "failed",
      `${message}. What had been pushed was left as it is. Mend what git names, or put back a copy of the repository, and start again.`,
    );
  }
  return MENDABLE.some((kind) => error instanceof kind) ? new Problem("failed", message) : error;
}
