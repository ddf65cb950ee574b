import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { accepts, freePort, type Running, start } from "../frame/programs.ts";

export interface NameServer {
  readonly program: Running;
  readonly port: number;
}

/** What a server is given: a zone with these records, as lines of a zone file without SOA and NS. */
export interface ZoneText {
  readonly processor: number;
  readonly folder: string;
  readonly zone: string;
  readonly records: readonly string[];
}

/** NSD with one server process. */
export async function startNsd(text: ZoneText): Promise<NameServer> {
  const { folder, zone, processor } = text;
  const { port, zoneFile } = await prepared(text);
  const file = join(folder, "nsd.conf");
  await writeFile(
    file,
    [
      "server:",
      "  server-count: 1",
      `  ip-address: 127.0.0.1@${port}`,
      "  do-ip6: no",
      '  username: ""',
      '  chroot: ""',
      `  zonesdir: "${folder}"`,
      `  pidfile: "${join(folder, "pid")}"`,
      `  xfrdfile: "${join(folder, "xfrd")}"`,
      `  xfrdir: "${folder}"`,
      `  zonelistfile: "${join(folder, "zones")}"`,
      '  database: ""',
      "  minimal-responses: yes",
      "  rrl-ratelimit: 0",
      "remote-control:",
      "  control-enable: no",
      "zone:",
      `  name: ${zone}`,
      `  zonefile: ${zoneFile}`,
      "",
    ].join("\n"),
  );
  return started(processor, ["nsd", "-d", "-c", file], port);
}

/** Knot DNS with one worker for UDP. */
export async function startKnot(text: ZoneText): Promise<NameServer> {
  const { folder, zone, processor } = text;
  const { port, zoneFile } = await prepared(text);
  const file = join(folder, "knot.conf");
  await writeFile(
    file,
    [
      "server:",
      `  rundir: "${folder}"`,
      `  listen: 127.0.0.1@${port}`,
      "  udp-workers: 1",
      "  tcp-workers: 1",
      "  background-workers: 1",
      "database:",
      `  storage: "${folder}"`,
      "control:",
      `  listen: "${join(folder, "ctl")}"`,
      "zone:",
      `  - domain: ${zone}`,
      `    storage: "${folder}"`,
      `    file: "${zoneFile}"`,
      "",
    ].join("\n"),
  );
  return started(processor, ["knotd", "-c", file], port);
}

/** PowerDNS with one receiver, Lua records that share one state, and its caches as they come. */
export async function startPowerDns(text: ZoneText): Promise<NameServer> {
  const { folder, zone, processor } = text;
  const { port, zoneFile } = await prepared(text);
  const named = join(folder, "named.conf");
  await writeFile(named, `zone "${zone}" { type master; file "${zoneFile}"; };\n`);
  await writeFile(
    join(folder, "pdns.conf"),
    [
      "launch=bind",
      `bind-config=${named}`,
      "local-address=127.0.0.1",
      `local-port=${port}`,
      "enable-lua-records=shared",
      "receiver-threads=1",
      "distributor-threads=1",
      "daemon=no",
      "guardian=no",
      "webserver=no",
      "loglevel=3",
      "setuid=",
      "setgid=",
      `socket-dir=${folder}`,
      "security-poll-suffix=",
      "",
    ].join("\n"),
  );
  return started(processor, ["pdns_server", `--config-dir=${folder}`], port);
}

async function prepared({ folder, zone, records }: ZoneText) {
  await mkdir(folder, { recursive: true });
  const zoneFile = join(folder, "zone");
  const soa = `${zone}. 900 IN SOA ns.${zone}. admin.${zone}. 1 7200 900 1209600 60`;
  const ns = [`${zone}. 900 IN NS ns.${zone}.`, `ns.${zone}. 900 IN A 127.0.0.1`];
  await writeFile(zoneFile, [soa, ...ns, ...records, ""].join("\n"));
  return { port: await freePort(), zoneFile };
}

async function started(processor: number, words: string[], port: number): Promise<NameServer> {
  const program = start(processor, words);
  await program.ready(() => accepts(port));
  return { program, port };
}
