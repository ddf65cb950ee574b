import { type ChildProcess, execFile, spawn, spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { type AddressInfo, connect, createServer } from "node:net";
import { availableParallelism } from "node:os";
import { createInterface, type Interface } from "node:readline";

const START_MS = 20_000;
const END_MS = 5_000;
const LONGEST_RUN_MS = 120_000;

/** Whether a program is on the PATH. */
export function isInstalled(program: string): boolean {
  return spawnSync("sh", ["-c", `command -v ${program}`]).status === 0;
}

/** The processors that things run on where there are two: what is measured has one for itself. */
export const PLACES = { measured: 1, others: 0 } as const;

const canPin = availableParallelism() > 1 && isInstalled("taskset");

/** The command that runs `words` on one processor, or anywhere when there is no choice. */
function placed(processor: number, words: readonly string[]): readonly [string, string[]] {
  const [program = "", ...rest] = canPin ? ["taskset", "-c", `${processor}`, ...words] : words;
  return [program, rest];
}

/** A program that was started here and is ended here. */
export class Running {
  readonly #child: ChildProcess;
  readonly #said: string[] = [];
  readonly #lines: Interface | undefined;

  constructor(child: ChildProcess) {
    this.#child = child;
    this.#lines = child.stdout ? createInterface({ input: child.stdout }) : undefined;
    child.stderr?.on("data", (chunk: Buffer) => this.#said.push(chunk.toString()));
    child.on("error", (error) => this.#said.push(error.message));
  }

  /** The processor time it has used, in microseconds. */
  get processorMicroseconds(): number {
    return processorMicroseconds(this.#child.pid ?? 0);
  }

  /** Its first line on stdout, for which it has some milliseconds. */
  async firstLine(patienceMs = START_MS): Promise<string> {
    const lines = this.#lines;
    if (lines === undefined) throw new Error("its output is not read");
    const [line] = await Promise.race([
      once(lines, "line", { signal: AbortSignal.timeout(patienceMs) }),
      once(this.#child, "exit").then(() => {
        throw new Error(`it ended: ${this.#said.join("")}`);
      }),
    ]);
    return String(line);
  }

  /** `heard` gets each line on stdout from now on. */
  onLine(heard: (line: string) => void): void {
    this.#lines?.on("line", heard);
  }

  /** Resolves when `look` does without an error. */
  async ready(look: () => Promise<unknown>): Promise<void> {
    const deadline = Date.now() + START_MS;
    for (;;) {
      if (this.#child.exitCode !== null) throw new Error(`it ended: ${this.#said.join("")}`);
      try {
        await look();
        return;
      } catch (error) {
        if (Date.now() > deadline) throw error;
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  }

  async end(): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = once(this.#child, "exit");
    this.#child.kill("SIGTERM");
    const timer = setTimeout(() => this.#child.kill("SIGKILL"), END_MS);
    await gone;
    clearTimeout(timer);
  }
}

/** Starts a program on a processor; whoever starts it ends it. */
export function start(processor: number, words: readonly string[]): Running {
  const [program, rest] = placed(processor, words);
  return new Running(spawn(program, rest, { stdio: ["ignore", "pipe", "pipe"] }));
}

/** Starts a part of this program as a process of its own (see children.ts). */
export function startChild(processor: number, name: string, settings: unknown): Running {
  const self = process.argv[1] ?? "";
  const words = [process.execPath, "--enable-source-maps", self, "--child", name];
  return start(processor, [...words, JSON.stringify(settings)]);
}

/** Runs a program to its end and returns what it printed. Rejects when it fails. */
export function run(processor: number, words: readonly string[], input?: string): Promise<string> {
  const [program, rest] = placed(processor, words);
  return new Promise((resolve, reject) => {
    const options = { timeout: LONGEST_RUN_MS, maxBuffer: 16 * 1024 * 1024 };
    const child = execFile(program, rest, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${words.join(" ")}: ${error.message} ${stderr}`));
      else resolve(stdout);
    });
    child.stdin?.end(input);
  });
}

/** proc(5), stat: utime and stime, in ticks of a hundredth of a second. */
function processorMicroseconds(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  const ticks = Number(fields[11]) + Number(fields[12]);
  const TICKS_PER_SECOND = 100;
  return (ticks * 1_000_000) / TICKS_PER_SECOND;
}

/** A port on loopback that was free a moment ago, for TCP and UDP. */
export async function freePort(): Promise<number> {
  const tcp = createServer().listen(0, "127.0.0.1");
  await once(tcp, "listening");
  const { port } = tcp.address() as AddressInfo;
  const udp = createSocket("udp4");
  const bound = once(udp, "listening");
  udp.bind(port, "127.0.0.1");
  await bound;
  udp.close();
  tcp.close();
  await once(tcp, "close");
  return port;
}

/** Resolves when something accepts a connection there. */
export async function accepts(port: number): Promise<void> {
  const socket = connect(port, "127.0.0.1");
  await once(socket, "connect");
  socket.destroy();
}
