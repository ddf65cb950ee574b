// `npm run bench`: how fast Verdigris is beside its peers, in one run. Ratios are the results.
import { mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { balancerBenchmark } from "./balancer.ts";
import { runChild } from "./children.ts";
import { coalescingBenchmark } from "./coalescing.ts";
import { dnsBenchmark } from "./dns.ts";
import { flipBenchmark } from "./flip.ts";
import type { Benchmark, Line } from "./frame/benchmark.ts";
import { machine } from "./frame/machine.ts";
import { Noise } from "./frame/noise.ts";
import { type Figure, figureOf, textOf } from "./frame/report.ts";
import { writeTable } from "./frame/write-table.ts";
import { manyBenchmark } from "./many.ts";
import { statusBenchmark } from "./status.ts";

const BENCHMARKS: readonly Benchmark[] = [
  flipBenchmark,
  dnsBenchmark,
  balancerBenchmark,
  statusBenchmark,
  manyBenchmark,
  coalescingBenchmark,
];

const USAGE = `usage: npm run bench -- [--only <name>]… [--quick] [--json] [--write]
names: ${BENCHMARKS.map(({ name }) => name).join(", ")}
--write puts the results into docs/performance.md`;

if (process.argv[2] === "--child") await runChild(process.argv[3] ?? "", process.argv[4] ?? "");
else await main();

async function main(): Promise<void> {
  const { only, quick, json, write } = flags();
  const wanted = BENCHMARKS.filter(({ name }) => only === undefined || only.includes(name));
  const folder = await mkdtemp(join(tmpdir(), "verdigris-bench-"));
  const noise = new Noise();
  noise.take();
  const say = json ? () => undefined : (text: string) => console.log(text);
  const figures: Figure[] = [];
  try {
    for (const benchmark of wanted) {
      say(`${benchmark.name}: ${benchmark.title}`);
      const own = join(folder, benchmark.name);
      await mkdir(own);
      const lines = await benchmark
        .run({ folder: own, quick, noise: () => noise.take(), say: (text) => say(`  … ${text}`) })
        .catch((error: Error): readonly Line[] => {
          process.exitCode = 1;
          return [{ what: benchmark.title, because: `it failed: ${error.message.slice(0, 500)}` }];
        });
      const made = lines.map((line) => figureOf(benchmark.name, line));
      figures.push(...made);
      for (const figure of made) say(textOf(figure));
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const run = { machine: machine(), noisePercent: Math.round(noise.percent), quick, figures };
  if (json) console.log(JSON.stringify(run, null, 2));
  say(`\n${run.machine}; noise of the machine ${run.noisePercent} %`);
  if (write) await writeTable(run);
}

function flags() {
  try {
    const { values } = parseArgs({
      options: {
        only: { type: "string", multiple: true },
        quick: { type: "boolean", default: false },
        json: { type: "boolean", default: false },
        write: { type: "boolean", default: false },
      },
    });
    const names = BENCHMARKS.map(({ name }) => name);
    const unknown = values.only?.find((name) => !names.includes(name));
    if (unknown !== undefined) throw new Error(`there is no benchmark "${unknown}"`);
    if (values.write && values.only) throw new Error("--write is for a run of all benchmarks");
    return values;
  } catch (error) {
    console.error(`${error instanceof Error ? error.message : error}\n${USAGE}`);
    process.exit(2);
  }
}
