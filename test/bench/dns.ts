import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { RecordSet } from "../../src/domain/records.ts";
import {
  type Bench,
  type Benchmark,
  type Contender,
  type Goal,
  inTurns,
  type Line,
} from "./frame/benchmark.ts";
import { isInstalled, PLACES, startChild } from "./frame/programs.ts";
import {
  type NameServer,
  startKnot,
  startNsd,
  startPowerDns,
  type ZoneText,
} from "./peers/dns-servers.ts";
import { ask } from "./peers/dnsperf.ts";

const ZONE = "rainbow.test";
const NAME = `www.${ZONE}`;
const BLUE = "127.0.1.1";
const GREEN = "127.0.1.2";

/** Half of the answers each, so that every answer is drawn. */
const WEIGHTED: readonly RecordSet[] = [weighted("blue", 50, BLUE), weighted("green", 50, GREEN)];

interface Peer {
  readonly name: string;
  readonly program: string;
  readonly goal?: Goal;
  readonly start: (text: ZoneText) => Promise<NameServer>;
  readonly record: string;
  readonly note?: string;
}

const ONE_ADDRESS = `${NAME}. 60 IN A ${BLUE}`;

const PEERS: readonly Peer[] = [
  { name: "nsd", program: "nsd", goal: { atLeast: 0.4 }, start: startNsd, record: ONE_ADDRESS },
  { name: "knot", program: "knotd", start: startKnot, record: ONE_ADDRESS },
  {
    name: "pdns-lua",
    program: "pdns_server",
    goal: { atLeast: 1.5 },
    start: startPowerDns,
    record: `${NAME}. 60 IN LUA A "pickwrandom({{50,'${BLUE}'},{50,'${GREEN}'}})"`,
    note: "weighted on both sides",
  },
];

export const dnsBenchmark: Benchmark = {
  name: "dns",
  title: "weighted answers over UDP, beside static ones of nsd and knot and PowerDNS's Lua records",
  run: measure,
};

async function measure(bench: Bench): Promise<readonly Line[]> {
  if (!isInstalled("dnsperf")) return [{ what: "queries/s", because: "dnsperf is not installed" }];
  const questions = join(bench.folder, "questions");
  await writeFile(questions, `${NAME} A\n`);
  const open: NameServer[] = [];
  try {
    const ours = await startOurs(bench.folder);
    open.push(ours);
    const contenders = [contender(bench, "verdigris", ours, questions)];
    for (const peer of PEERS.filter(({ program }) => isInstalled(program))) {
      const folder = join(bench.folder, peer.name);
      const text = { processor: PLACES.measured, folder, zone: ZONE, records: [peer.record] };
      const server = await peer.start(text);
      open.push(server);
      contenders.push(contender(bench, peer.name, server, questions));
    }
    const of = await inTurns(bench, bench.quick ? 1 : 7, contenders);
    return PEERS.map((peer): Line => {
      const what = `queries/s beside ${peer.name}`;
      const samples = of(peer.name, "rate");
      if (samples.length === 0) return { what, because: `${peer.program} is not installed` };
      return {
        what,
        unit: "queries/s",
        ours: of("verdigris", "rate"),
        peer: { name: peer.name, samples },
        ...(peer.goal && { goal: peer.goal }),
        ...(peer.note && { note: peer.note }),
      };
    });
  } finally {
    for (const { program } of open.reverse()) await program.end();
  }
}

async function startOurs(folder: string): Promise<NameServer> {
  const program = startChild(PLACES.measured, "dns", { folder, zone: ZONE, records: WEIGHTED });
  return { program, port: Number(await program.firstLine()) };
}

function contender(bench: Bench, name: string, { port }: NameServer, file: string): Contender {
  return {
    name,
    round: async () => ({ rate: (await ask(port, file, bench.quick ? 1 : 2)).perSecond }),
  };
}

function weighted(id: string, weight: number, address: string): RecordSet {
  return { name: NAME, type: "A", set: { id, weight }, ttlSeconds: 60, values: [address] };
}
