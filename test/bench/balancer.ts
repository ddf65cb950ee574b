import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BalancerSettings } from "./children/balancer.ts";
import {
  type Bench,
  type Benchmark,
  type Contender,
  inTurns,
  type Line,
  type Skipped,
} from "./frame/benchmark.ts";
import { accepts, isInstalled, PLACES, startChild } from "./frame/programs.ts";
import { startHaproxy } from "./peers/haproxy.ts";
import { type Listening, startNginxFiles, startNginxProxy } from "./peers/nginx.ts";
import { load } from "./peers/wrk.ts";

const CONNECTIONS = 64;
const IDLE_SIDES = 50;

const BODIES = [
  { name: "12 B", file: "12b", octets: 12 },
  { name: "16 KiB", file: "16k", octets: 16_384 },
  { name: "1 MiB", file: "1m", octets: 1_048_576 },
];

const OURS: BalancerSettings = { upstreamPort: 0, healthCheckIntervalMs: 2_000, idleSides: 0 };
const AN_HOUR_MS = 3_600_000;

export const balancerBenchmark: Benchmark = {
  name: "balancer",
  title: "requests through a side's balancer, beside nginx and HAProxy",
  run: measure,
};

async function measure(bench: Bench): Promise<readonly Line[]> {
  const missing = ["wrk", "nginx"].filter((program) => !isInstalled(program));
  if (missing.length > 0) {
    return [{ what: "requests/s", because: `${missing.join(" and ")} not installed` }];
  }
  const root = join(bench.folder, "files");
  await mkdir(root);
  for (const { file, octets } of BODIES) await writeFile(join(root, file), "x".repeat(octets));
  const upstream = await startNginxFiles(PLACES.others, join(bench.folder, "upstream"), root);
  const open: Listening[] = [upstream];
  try {
    const proxies = await startProxies(bench, upstream.port, open);
    const lines: Line[] = [];
    for (const body of BODIES) lines.push(...(await compareBodies(bench, body, proxies)));
    return [...lines, ...(await costs(bench, upstream.port, open))];
  } finally {
    for (const { program } of open.reverse()) await program.end();
  }
}

type Proxies = ReadonlyMap<string, Listening>;

async function startProxies(bench: Bench, upstream: number, open: Listening[]): Promise<Proxies> {
  const proxies = new Map<string, Listening>();
  const add = async (name: string, starting: Promise<Listening>) => {
    const listening = await starting;
    open.push(listening);
    proxies.set(name, listening);
  };
  await add("verdigris", startOurs({ ...OURS, upstreamPort: upstream }));
  await add("nginx", startNginxProxy(PLACES.measured, join(bench.folder, "nginx"), upstream));
  if (isInstalled("haproxy")) {
    await add("haproxy", startHaproxy(PLACES.measured, join(bench.folder, "haproxy"), upstream));
  }
  return proxies;
}

async function startOurs(settings: BalancerSettings): Promise<Listening> {
  const program = startChild(PLACES.measured, "balancer", settings);
  const port = Number(await program.firstLine());
  await program.ready(() => accepts(port));
  return { program, port };
}

function contender(bench: Bench, name: string, at: Listening, file: string): Contender {
  const url = `http://127.0.0.1:${at.port}/${file}`;
  return {
    name,
    round: async () => {
      const seconds = bench.quick ? 1 : 2;
      const before = at.program.processorMicroseconds;
      const { requestsPerSecond, p99Milliseconds } = await load(url, CONNECTIONS, seconds);
      const used = at.program.processorMicroseconds - before;
      return {
        rate: requestsPerSecond,
        p99: p99Milliseconds,
        processor: used / (requestsPerSecond * seconds),
      };
    },
  };
}

async function compareBodies(
  bench: Bench,
  { name, file }: (typeof BODIES)[number],
  proxies: Proxies,
): Promise<readonly Line[]> {
  bench.say(`bodies of ${name}`);
  const contenders = [...proxies].map(([who, at]) => contender(bench, who, at, file));
  const of = await inTurns(bench, bench.quick ? 1 : 5, contenders);
  const beside = (peer: string): readonly Line[] => {
    if (!proxies.has(peer)) return [notInstalled(`${name} beside ${peer}`, peer)];
    return [
      {
        what: `${name} beside ${peer}`,
        unit: "requests/s",
        ours: of("verdigris", "rate"),
        peer: { name: peer, samples: of(peer, "rate") },
        ...(peer === "nginx" && { goal: { atLeast: 0.4 } }),
      },
      {
        what: `${name} beside ${peer}, processor time a request`,
        unit: "µs",
        ours: of("verdigris", "processor"),
        peer: { name: peer, samples: of(peer, "processor") },
      },
      {
        what: `${name} beside ${peer}, p99 at full load`,
        unit: "ms",
        ours: of("verdigris", "p99"),
        peer: { name: peer, samples: of(peer, "p99") },
      },
    ];
  };
  return [...beside("nginx"), ...beside("haproxy")];
}

function notInstalled(what: string, program: string): Skipped {
  return { what, because: `${program} is not installed` };
}

/** What health checks and idle sides take from the side that is busy. */
async function costs(
  bench: Bench,
  upstreamPort: number,
  open: Listening[],
): Promise<readonly Line[]> {
  bench.say("health checks and idle sides");
  const checked = await startOurs({ ...OURS, upstreamPort });
  open.push(checked);
  const unchecked = await startOurs({ ...OURS, upstreamPort, healthCheckIntervalMs: AN_HOUR_MS });
  const among = await startOurs({ ...OURS, upstreamPort, idleSides: IDLE_SIDES });
  open.push(unchecked, among);
  const of = await inTurns(bench, bench.quick ? 1 : 5, [
    contender(bench, "checked", checked, "12b"),
    contender(bench, "unchecked", unchecked, "12b"),
    contender(bench, "among", among, "12b"),
  ]);
  return [
    {
      what: "12 B with health checks beside none",
      unit: "requests/s",
      ours: of("checked", "rate"),
      peer: { name: "without checks", samples: of("unchecked", "rate") },
    },
    {
      what: `12 B with ${IDLE_SIDES} idle sides beside none`,
      unit: "requests/s",
      ours: of("among", "rate"),
      peer: { name: "one side alone", samples: of("checked", "rate") },
    },
  ];
}
