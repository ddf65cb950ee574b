import { type ChildProcess, execFile, spawn } from "node:child_process";
import { existsSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { EnvironmentView, RunView } from "../../src/contract/api.ts";
import type { Ready } from "../../src/main/machine/ready.ts";

/** The built command, as a user runs it. */
export const COMMAND = fileURLToPath(new URL("../../dist/verdigris.js", import.meta.url));

/** The same with fault points: `npm run build -- --faults`. */
export const FAULTY_COMMAND = fileURLToPath(
  new URL("../../.build/faults/verdigris.js", import.meta.url),
);

const PATIENCE_MS = 60_000;

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** A user with a folder, an app in it, and the built command. */
export class User {
  readonly home: string;
  readonly app: string;
  /** Program and arguments that run what stands behind them, somewhere else perhaps. */
  through: readonly string[] = [];
  /** What `up` finds in its environment beside this process's own. */
  upEnvironment: Readonly<Record<string, string>> = {};
  readonly #command: string;
  #up: ChildProcess | undefined;
  ready: Ready | undefined;

  private constructor(home: string, command: string) {
    this.home = home;
    this.app = join(home, "app");
    this.#command = command;
  }

  static async withApp(files: Readonly<Record<string, string>>, command = COMMAND): Promise<User> {
    const user = new User(await mkdtemp(join(tmpdir(), "verdigris-e2e-")), command);
    await user.write(files);
    await user.git("init", "--quiet", "--initial-branch=master");
    await user.git("config", "user.name", "Ana");
    await user.git("config", "user.email", "ana@example.com");
    return user;
  }

  get dataDirectory(): string {
    return join(this.app, ".verdigris");
  }

  get upPid(): number {
    return this.#up?.pid ?? 0;
  }

  /** The signal that ended `up`; undefined while it runs. */
  get upEndedBy(): NodeJS.Signals | undefined {
    return this.#up?.signalCode ?? undefined;
  }

  async write(files: Readonly<Record<string, string>>): Promise<void> {
    for (const [path, text] of Object.entries(files)) {
      await mkdir(dirname(join(this.app, path)), { recursive: true });
      await writeFile(join(this.app, path), text);
    }
  }

  /** Starts `up` and waits until it is ready. */
  async up(...flags: readonly string[]): Promise<Ready> {
    const [program = "", ...words] = [
      ...[...this.through, process.execPath, this.#command],
      ...["up", "--json", "--port=0", "--api-port=0", "--dns-port=0", ...flags],
    ];
    const child = spawn(program, words, {
      cwd: this.app,
      stdio: ["ignore", "pipe", "pipe"],
      env: { ...this.#environment(), ...this.upEnvironment },
    });
    this.#up = child;
    const said: string[] = [];
    child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString("utf8")));
    const line = await new Promise<string>((resolve, reject) => {
      createInterface({ input: child.stdout }).once("line", resolve);
      child.once("exit", (code) => reject(new Error(`up ended with ${code}: ${said.join("")}`)));
    });
    this.ready = JSON.parse(line) as Ready;
    return this.ready;
  }

  /** Ends the operator with this signal and waits until it is gone. Returns its exit code, if it had one. */
  async endUp(signal: NodeJS.Signals): Promise<number | null> {
    const child = this.#up;
    if (!child || child.exitCode !== null || child.signalCode !== null) return null;
    const gone = new Promise<number | null>((resolve) => child.once("exit", resolve));
    child.kill(signal);
    return gone;
  }

  cli(...words: readonly string[]): Promise<Said> {
    return this.#run(process.execPath, [this.#command, ...words]);
  }

  async json<Answer>(...words: readonly string[]): Promise<Answer> {
    const said = await this.cli(...words, "--json");
    if (said.code !== 0) throw new Error(`${words.join(" ")}: ${said.stderr}${said.stdout}`);
    return JSON.parse(said.stdout) as Answer;
  }

  /** The API's answer to a request with this machine's key. */
  async api<Answer = unknown>(
    method: string,
    path: string,
    body?: unknown,
  ): Promise<{ status: number; body: Answer }> {
    const answer = await fetch(`${this.ready?.api}/api/v1${path}`, {
      method,
      headers: { "x-api-key": this.ready?.token ?? "", "content-type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    return { status: answer.status, body: (await answer.json()) as Answer };
  }

  environment(name = "production"): Promise<EnvironmentView> {
    const path = `/apps/${this.ready?.app}/environments/${name}`;
    return this.api<EnvironmentView>("GET", path).then((answer) => answer.body);
  }

  async git(...words: readonly string[]): Promise<string> {
    const said = await this.tryGit(...words);
    if (said.code !== 0) throw new Error(`git ${words.join(" ")}: ${said.stderr}`);
    return said.stdout;
  }

  tryGit(...words: readonly string[]): Promise<Said> {
    return this.#run("git", words);
  }

  /** Commits everything on a new branch and pushes it. Returns the commit. */
  async pushBranch(branch: string): Promise<string> {
    await this.git("checkout", "--quiet", "-B", branch);
    await this.git("add", "--all");
    await this.git("commit", "--quiet", "--allow-empty", "-m", `Work on ${branch}`);
    await this.git("push", "--quiet", this.ready?.git ?? "", branch);
    return (await this.git("rev-parse", "HEAD")).trim();
  }

  /** Pushes a branch, waits until it has passed CI, and merges it. Returns the release run's number. */
  async release(branch: string): Promise<number> {
    const commit = await this.pushBranch(branch);
    await this.runOf(commit, (run) => run.outcome === "succeeded");
    const merged = await this.json<{ commit: string }>("merge", branch);
    return (await this.runOf(merged.commit, () => true, "master")).number;
  }

  async runOf(
    commit: string,
    wanted: (run: RunView) => boolean,
    branch?: string,
  ): Promise<RunView> {
    return until(`run of ${commit}`, async () => {
      const { body } = await this.api<RunView[]>("GET", `/apps/${this.ready?.app}/runs`);
      const run = body.find(
        (one) => one.commit === commit && (branch === undefined || one.branch === branch),
      );
      return run && wanted(run) ? run : undefined;
    });
  }

  run(number: number): Promise<RunView> {
    const path = `/apps/${this.ready?.app}/runs/${number}`;
    return this.api<RunView>("GET", path).then((answer) => answer.body);
  }

  /** Waits until the run asks for approval. Returns the request's id. */
  async asked(number: number): Promise<string> {
    return until(`run ${number} to ask`, async () => {
      const run = await this.run(number);
      if (run.outcome !== "running" && run.outcome !== undefined) {
        throw new Error(`run ${number} ${run.outcome}: ${run.because}`);
      }
      const waits = run.jobs.some((job) => job.kind === "flip" && job.state === "running");
      return waits ? (await this.environment()).request?.id : undefined;
    });
  }

  /** Releases a branch, approves and waits until its flip is completed. */
  async live(branch: string): Promise<EnvironmentView> {
    const request = await this.asked(await this.release(branch));
    const { lastFlip } = await this.environment();
    await this.json("approve", request);
    return this.flipped(lastFlip?.id);
  }

  /** Waits until a flip after this one is completed. */
  flipped(after: string | undefined): Promise<EnvironmentView> {
    return until("the flip to complete", async () => {
      const view = await this.environment();
      const { flip, lastFlip } = view;
      return flip === undefined && lastFlip && lastFlip.id !== after ? view : undefined;
    });
  }

  async leave(): Promise<void> {
    if (existsSync(this.dataDirectory)) await this.cli("down");
    await this.endUp("SIGKILL");
    await rm(this.home, { recursive: true, force: true });
  }

  #run(...command: readonly [string, readonly string[]]): Promise<Said> {
    const [program = "", ...words] = [...this.through, command[0], ...command[1]];
    return run(program, words, this.app, this.#environment());
  }

  #environment(): NodeJS.ProcessEnv {
    const { VERDIGRIS_SERVER: _, VERDIGRIS_DATA_DIR: __, ...env } = process.env;
    return { ...env, GIT_CONFIG_GLOBAL: "/dev/null", NO_COLOR: "1" };
  }
}

function run(
  program: string,
  words: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<Said> {
  return new Promise((resolve) => {
    execFile(
      program,
      [...words],
      { cwd, env, timeout: PATIENCE_MS, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error ? (typeof error.code === "number" ? error.code : -1) : 0;
        resolve({ code, stdout, stderr });
      },
    );
  });
}

export async function until<Value>(
  what: string,
  look: () => Promise<Value | undefined>,
): Promise<Value> {
  const deadline = Date.now() + PATIENCE_MS;
  for (;;) {
    const seen = await look();
    if (seen !== undefined) return seen;
    if (Date.now() > deadline) throw new Error(`waited ${PATIENCE_MS / 1000} s for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 25));
  }
}
