import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { ManyFigures, ManySettings } from "./children/many.ts";
import type { Bench, Benchmark, Line } from "./frame/benchmark.ts";
import { PLACES, startChild } from "./frame/programs.ts";

const ENVIRONMENTS_PER_APP = 10;

/** Where a table needs no disk: neither the making nor the passes are to wait for one. */
const IN_MEMORY = "/dev/shm";

const LONGEST_MS = 180_000;

export const manyBenchmark: Benchmark = {
  name: "many",
  title: "10,000 environments in one table",
  run: measure,
};

async function measure(bench: Bench): Promise<readonly Line[]> {
  const apps = bench.quick ? 100 : 1_000;
  const parent = existsSync(IN_MEMORY) ? IN_MEMORY : bench.folder;
  const folder = await mkdtemp(join(parent, "verdigris-bench-"));
  const settings: ManySettings = {
    table: join(folder, "table.db"),
    records: join(bench.folder, "records.json"),
    apps,
    environmentsPerApp: ENVIRONMENTS_PER_APP,
    flips: bench.quick ? 3 : 10,
    passes: bench.quick ? 2 : 5,
  };
  try {
    bench.say("making the table");
    await ended("many-fill", settings);
    bench.noise();
    bench.say("watching it");
    const figures = JSON.parse(await ended("many-watch", settings)) as ManyFigures;
    bench.noise();
    return linesOf(figures, apps * ENVIRONMENTS_PER_APP);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** What a child says at its end. */
async function ended(name: string, settings: ManySettings): Promise<string> {
  const child = startChild(PLACES.measured, name, settings);
  try {
    return await child.firstLine(LONGEST_MS);
  } finally {
    await child.end();
  }
}

function linesOf(figures: ManyFigures, environments: number): readonly Line[] {
  const of = `${environments.toLocaleString("en-US")} environments`;
  const { megabytes, firstPassMs, passMs, duringPassMs, betweenMs } = figures;
  return [
    { what: `memory that an operator needs for ${of}`, unit: "MiB", ours: [megabytes] },
    { what: `first pass over ${of}, after a start`, unit: "ms", ours: [firstPassMs] },
    { what: `pass over ${of} with nothing to do`, unit: "ms", ours: passMs },
    {
      what: "a flip asked for as a pass begins, command to zone",
      unit: "ms",
      ours: duringPassMs,
      peer: { name: "between passes", samples: betweenMs },
    },
  ];
}
