import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdir, mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { rolldown } from "rolldown";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SqliteEventStore } from "./sqlite-event-store.ts";

const stream = "env#rainbow/production";
const hasStrace = spawnSync("strace", ["-V"]).status === 0;

describe("SqliteEventStore in several processes", () => {
  let folder: string;
  let program: string;
  const children = new Set<ChildProcess>();

  beforeAll(async () => {
    // Inside the project, so that the bundle finds libsql.
    const scratch = fileURLToPath(new URL("../../../.build/", import.meta.url));
    await mkdir(scratch, { recursive: true });
    folder = await mkdtemp(join(scratch, "sqlite-durability-"));
    program = join(folder, "append-loop.mjs");
    const input = fileURLToPath(new URL("sqlite-append-loop.child.ts", import.meta.url));
    const bundle = await rolldown({ input, platform: "node", external: ["libsql"] });
    await bundle.write({ file: program });
    await bundle.close();
  });

  afterAll(async () => {
    for (const child of children) child.kill("SIGKILL");
    await rm(folder, { recursive: true });
  });

  function appendLoop(path: string, writer: string, last: number, wrapper: string[] = []) {
    const [command = process.execPath, ...args] = [
      ...wrapper,
      ...[process.execPath, program, path, stream, writer, String(last)],
    ];
    const child = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    children.add(child);
    const acknowledged: number[] = [];
    const lines = createInterface({ input: child.stdout });
    lines.on("line", (line) => acknowledged.push(Number(line)));
    const ended = Promise.all([once(child, "exit"), once(lines, "close")]).then(([[code]]) => code);
    return { child, lines, acknowledged, ended };
  }

  it("has every acknowledged batch after the writer was killed, time and again", async () => {
    const path = join(folder, "killed.db");
    let known = 0;
    for (const writer of ["first", "second", "third"]) {
      const { child, lines, acknowledged, ended } = appendLoop(path, writer, 1_000_000);
      const enough = known + 40;
      lines.on("line", (line) => Number(line) >= enough && child.kill("SIGKILL"));
      await ended;
      expect(child.signalCode).toBe("SIGKILL");

      const store = await SqliteEventStore.open(path);
      const batches = await store.read(stream, 0);
      store.close();
      const last = acknowledged.at(-1) ?? 0;
      expect(last).toBeGreaterThanOrEqual(enough);
      expect(acknowledged).toEqual(
        batches
          .filter((b) => b.command.actor.name === writer)
          .map((b) => b.revision)
          .slice(0, acknowledged.length),
      );
      expect(batches.map((b) => b.revision)).toEqual(batches.map((_, index) => index + 1));
      known = batches.length;
    }
  });

  it("gives each revision to exactly one of several processes", async () => {
    const path = join(folder, "shared.db");
    const writers = ["ada", "bob", "cleo"].map((name) => ({
      name,
      ...appendLoop(path, name, 150),
    }));
    expect(await Promise.all(writers.map(({ ended }) => ended))).toEqual([0, 0, 0]);

    const store = await SqliteEventStore.open(path);
    const batches = await store.read(stream, 0);
    store.close();
    expect(batches).toHaveLength(150);
    for (const { name, acknowledged } of writers) {
      const theirs = batches.filter((batch) => batch.command.actor.name === name);
      expect(theirs.map((batch) => batch.revision)).toEqual(acknowledged);
    }
  });

  // Skipped where strace is missing: only the system calls tell whether the disk was asked first.
  it.skipIf(!hasStrace && !process.env.CI)(
    "syncs the write-ahead log before it acknowledges a batch",
    async () => {
      const trace = join(folder, "trace");
      await mkdir(trace);
      const calls = "trace=write,pwrite64,fsync,fdatasync";
      const strace = ["strace", "-ff", "-y", "-qq", "-e", calls, "-o", join(trace, "thread")];
      const { acknowledged, ended } = appendLoop(join(folder, "traced.db"), "traced", 20, strace);
      expect(await ended).toBe(0);
      expect(acknowledged).toHaveLength(20);

      const threads = await Promise.all(
        (await readdir(trace)).map((file) => readFile(join(trace, file), "utf8")),
      );
      const states = threads.flatMap(stateOfLogAtEachAcknowledgement);
      expect(states).toEqual(acknowledged.map(() => "synced"));
    },
  );
});

/** What had become of the log since the last acknowledgement, from one thread's system calls. */
function stateOfLogAtEachAcknowledgement(calls: string): string[] {
  const states: string[] = [];
  let log = "untouched";
  for (const call of calls.split("\n")) {
    if (/^p?write(64)?\(\d+<.*-wal>/.test(call)) log = "written";
    if (/^f(data)?sync\(\d+<.*-wal>\) += 0/.test(call) && log === "written") log = "synced";
    if (/^write\(1<.*>, "\d+\\n"/.test(call)) {
      states.push(log);
      log = "untouched";
    }
  }
  return states;
}
