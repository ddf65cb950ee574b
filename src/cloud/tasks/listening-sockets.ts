import { readdirSync, readFileSync, readlinkSync } from "node:fs";
import { allProcesses } from "./process-table.ts";

const LISTENING = "0A";

/**
 * Where the processes of a group accept TCP connections, as `127.0.0.1:3000` and `[::]:3000`. On
 * systems other than Linux, and of processes that are gone or another user's, none is known.
 */
export function listeningSockets(group: number): readonly string[] {
  const members = allProcesses().filter((entry) => entry.group === group && !entry.zombie);
  const inodes = new Set(members.flatMap(({ pid }) => socketInodes(pid)));
  // The group's leader may be gone; its members share a network all the same.
  const [member] = members;
  const tables = ["tcp", "tcp6"].flatMap((table) => linesOf(`/proc/${member?.pid}/net/${table}`));
  const found = tables.flatMap((line) => {
    const [, local = "", , state, , , , , , inode = ""] = line.trim().split(/\s+/);
    return state === LISTENING && inodes.has(inode) ? [addressOf(local)] : [];
  });
  return [...new Set(found)].sort();
}

/** The inodes of the sockets a process has open: descriptors that read `socket:[4711]`, proc_pid_fd(5). */
function socketInodes(pid: number): readonly string[] {
  const folder = `/proc/${pid}/fd`;
  return orNothing(() => readdirSync(folder)).flatMap((descriptor) => {
    const [target = ""] = orNothing(() => [readlinkSync(`${folder}/${descriptor}`)]);
    const [, inode] = /^socket:\[(\d+)\]$/.exec(target) ?? [];
    return inode === undefined ? [] : [inode];
  });
}

/**
 * `0100007F:1F90` is 127.0.0.1:8080: the address in hexadecimal words of 32 bits, each in the
 * machine's own byte order, which is little-endian wherever Node runs; then the port. proc_pid_net(5).
 */
export function addressOf(local: string): string {
  const [address = "", port = ""] = local.split(":");
  const words = address.match(/.{8}/g) ?? [];
  const octets = words.flatMap((word) => (word.match(/../g) ?? []).reverse());
  const host =
    octets.length === 4
      ? octets.map((octet) => Number.parseInt(octet, 16)).join(".")
      : new URL(`http://[${octets.join("").replace(/(.{4})(?=.)/g, "$1:")}]`).hostname;
  return `${host}:${Number.parseInt(port, 16)}`;
}

function linesOf(file: string): readonly string[] {
  return orNothing(() => readFileSync(file, "utf8").split("\n").slice(1));
}

/** What can't be read of another process is not known; that is no fault. */
function orNothing(read: () => readonly string[]): readonly string[] {
  try {
    return read();
  } catch {
    return [];
  }
}
