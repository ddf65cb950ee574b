import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer, type Server, type Socket } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "rolldown";
import { afterEach, beforeEach, expect, it, onTestFinished } from "vitest";
import { runCommand } from "./run-command.ts";

/** A process that is alive as long as its connection is. */
const heartbeat =
  "node -e \"require('net').connect(process.env.BEAT_PORT, '127.0.0.1', () => console.log('up'))\"";

let server: Server;
let environment: NodeJS.ProcessEnv;
let lines: string[];

beforeEach(async () => {
  lines = [];
  server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : undefined;
  environment = { PATH: process.env.PATH, BEAT_PORT: String(port) };
});
afterEach(() => server.close());

function run(command: string, options: { signal?: AbortSignal; timeoutMs?: number } = {}) {
  return runCommand({
    command,
    directory: tmpdir(),
    environment,
    timeoutMs: options.timeoutMs ?? 60_000,
    signal: options.signal ?? new AbortController().signal,
    log: (line) => lines.push(line),
  });
}

async function firstBeat(): Promise<{ ended: Promise<unknown> }> {
  const [socket] = (await once(server, "connection")) as [Socket];
  return { ended: once(socket.on("error", () => undefined).resume(), "close") };
}

it("both streams arrive line by line, the last one without a line end too", async () => {
  expect(await run("echo one; echo two >&2; printf three")).toEqual({ kind: "exited", code: 0 });
  expect(lines.sort()).toEqual(["one", "three", "two"]);
});

it("the exit code or the signal that ended the command is told", async () => {
  expect(await run("exit 7")).toEqual({ kind: "exited", code: 7 });
  expect(await run("no-such-program")).toEqual({ kind: "exited", code: 127 });
  expect(await run("kill -TERM $$")).toEqual({ kind: "killed", by: "SIGTERM" });
});

it("the command sees the given variables, no input, and none of the guard's descriptors", async () => {
  await run('cat; echo "$BEAT_PORT:$HOME"; (echo x >&3) 2>/dev/null || echo closed');
  expect(lines).toEqual([`${environment.BEAT_PORT}:`, "closed"]);
});

it("stopping the job ends the command and its grandchildren", async () => {
  const stop = new AbortController();
  const beat = firstBeat();
  const running = run(`(${heartbeat} & wait) & wait`, { signal: stop.signal });
  const { ended } = await beat;
  stop.abort();
  await ended;
  expect(await running).toEqual({ kind: "aborted" });
});

it("a command that takes too long is ended", async () => {
  expect(await run("(sleep 600 & wait) & wait", { timeoutMs: 50 })).toEqual({ kind: "timed-out" });
});

it("what a command leaves running ends with it", async () => {
  const beat = firstBeat();
  expect(await run(`{ ${heartbeat} & } | head -n 1`)).toEqual({ kind: "exited", code: 0 });
  expect(lines).toEqual(["up"]);
  await (await beat).ended;
});

it("a command ends when the process that runs it is killed", async () => {
  const directory = await mkdtemp(join(tmpdir(), "verdigris-run-"));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  const file = join(directory, "run-command.mjs");
  const input = join(import.meta.dirname, "run-command.ts");
  await build({ input, platform: "node", logLevel: "silent", output: { file, format: "esm" } });
  const call = { command: `${heartbeat} & wait`, directory, environment, timeoutMs: 60_000 };
  const program = `import { runCommand } from ${JSON.stringify(file)};
    const signal = new AbortController().signal;
    await runCommand({ ...${JSON.stringify(call)}, signal, log: () => undefined });`;
  const beat = firstBeat();
  const runner = spawn(process.execPath, ["--input-type=module", "-e", program]);
  const { ended } = await beat;
  runner.kill("SIGKILL");
  await ended;
});

it("a job that was stopped before starts nothing", async () => {
  expect(await run("echo one", { signal: AbortSignal.abort() })).toEqual({ kind: "aborted" });
  expect(lines).toEqual([]);
});

it("a folder that is missing is an outcome", async () => {
  const directory = join(tmpdir(), "verdigris-no-such-folder");
  const signal = new AbortController().signal;
  const log = (line: string) => lines.push(line);
  const settings = { command: "true", directory, environment, timeoutMs: 60_000, signal, log };
  expect(await runCommand(settings)).toEqual({
    kind: "not-started",
    why: expect.stringContaining("ENOENT"),
  });
});
