import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { app } from "../support/apps.ts";
import { type Bench, type Benchmark, inTurns, type Line } from "./frame/benchmark.ts";

const exec = promisify(execFile);
const COMMAND = resolve("dist/verdigris.js");
const UP_MS = 60_000;

export const statusBenchmark: Benchmark = {
  name: "status",
  title: "`verdigris status` from start to end, beside `node -e 0`",
  run: measure,
};

async function measure(bench: Bench): Promise<readonly Line[]> {
  await exec(process.execPath, ["scripts/build.mjs"]);
  const folder = await repository(bench.folder);
  const { VERDIGRIS_SERVER: _, VERDIGRIS_DATA_DIR: __, ...env } = process.env;
  const options = { cwd: folder, env, timeout: UP_MS };
  const ports = ["--port=0", "--api-port=0", "--dns-port=0"];
  const up = spawn(process.execPath, [COMMAND, "up", "--json", ...ports], {
    cwd: folder,
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  try {
    await once(createInterface(up.stdout), "line", { signal: AbortSignal.timeout(UP_MS) });
    const timed = (words: readonly string[]) => async () => {
      const begun = performance.now();
      await exec(process.execPath, [...words], options);
      return { ms: performance.now() - begun };
    };
    const of = await inTurns(bench, bench.quick ? 3 : 25, [
      { name: "status", round: timed([COMMAND, "status"]) },
      { name: "node", round: timed(["-e", "0"]) },
    ]);
    return [
      {
        what: "verdigris status",
        unit: "ms",
        ours: of("status", "ms"),
        peer: { name: "node -e 0", samples: of("node", "ms") },
        goal: { atMost: 2.5 },
      },
    ];
  } finally {
    await exec(process.execPath, [COMMAND, "down"], options);
    up.kill("SIGTERM");
  }
}

async function repository(folder: string): Promise<string> {
  const path = join(folder, "app");
  await mkdir(path);
  for (const [name, text] of Object.entries(app("1"))) await writeFile(join(path, name), text);
  await exec("git", ["init", "--quiet", "--initial-branch=master"], { cwd: path });
  return path;
}
