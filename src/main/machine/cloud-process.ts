import { spawn } from "node:child_process";
import { open } from "node:fs/promises";
import type { CloudClient } from "../../adapters/local/cloud/cloud-client.ts";
import type { Host } from "../../app/host.ts";
import { Problem } from "../../cli/problem.ts";
import type { CloudStatus } from "../../cloud/control/protocol.ts";
import { CONTROL_PROTOCOL } from "../../cloud/control/protocol.ts";
import { tailOf } from "../../cloud/tasks/log-tail.ts";
import type { Clock } from "../../ports/clock.ts";
import type { Layout } from "./layout.ts";

/** How long a new local cloud may take until it answers. */
const READY_DEADLINE_MS = 20_000;
/** Before it is watched again, so that one which can't start is not tried all the time. */
const WATCH_PAUSE_MS = 500;

export interface CloudPorts {
  readonly port: number;
  readonly dnsPort: number;
}

/**
 * The local cloud as a process of its own, which outlives the operator (G12): found running, or
 * started detached. While it is watched, one that dies is started again.
 */
export class CloudProcess {
  readonly #layout: Layout;
  readonly #client: CloudClient;
  readonly #clock: Clock;
  readonly #command: readonly string[];
  readonly #ports: CloudPorts;

  constructor(
    layout: Layout,
    client: CloudClient,
    clock: Clock,
    /** The program and its first arguments, which take a verb behind them. */
    command: readonly string[],
    ports: CloudPorts,
  ) {
    this.#layout = layout;
    this.#client = client;
    this.#clock = clock;
    this.#command = command;
    this.#ports = ports;
  }

  /** Resolves when the local cloud answers. One that speaks another protocol is replaced; its tasks go on. */
  async ensure(version: string): Promise<CloudStatus> {
    const running = await this.#status();
    if (running) {
      if (running.protocol === CONTROL_PROTOCOL && running.version === version) {
        return this.#checked(running);
      }
      await this.#client.stop("keep");
      await this.#until(async () => (await this.#status()) === undefined, "the old one to end");
    }
    return this.#start();
  }

  /** Starts it again as soon as it is gone, until the signal aborts. */
  async watch(version: string, log: Host["log"], signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#client.hungUp(signal);
      if (!signal.aborted && !(await this.#status())) await this.#startAgain(version, log);
      await this.#clock.wait(WATCH_PAUSE_MS, signal);
    }
  }

  async #startAgain(version: string, log: Host["log"]): Promise<void> {
    log("warn", "the local cloud is gone and is started again");
    try {
      await this.ensure(version);
    } catch (error) {
      log("error", "the local cloud could not be started", { error });
    }
  }

  #checked(status: CloudStatus): CloudStatus {
    const { port, dnsPort } = this.#ports;
    if (status.gateway.port === port && status.dns.port === dnsPort) return status;
    throw new Problem(
      "failed",
      `The local cloud runs with --port ${status.gateway.port} --dns-port ${status.dns.port}; nothing was changed. To give it other ports, stop it first: verdigris down.`,
    );
  }

  async #start(): Promise<CloudStatus> {
    const log = await open(this.#layout.cloudLog, "a", 0o600);
    const from = (await log.stat()).size;
    const [program = process.execPath, ...first] = this.#command;
    const { port, dnsPort } = this.#ports;
    const child = spawn(
      program,
      [
        ...first,
        "local-cloud",
        "--data-dir",
        this.#layout.directory,
        "--port",
        String(port),
        "--dns-port",
        String(dnsPort),
      ],
      { detached: true, stdio: ["ignore", log.fd, log.fd], cwd: this.#layout.directory },
    );
    let ended = false;
    child.once("exit", () => {
      ended = true;
    });
    child.once("error", () => {
      ended = true;
    });
    child.unref();
    await log.close();
    let status: CloudStatus | undefined;
    await this.#until(async () => {
      status = await this.#status();
      if (!status && ended) throw await this.#failure(from);
      return status !== undefined;
    }, "it to answer");
    if (!status) throw await this.#failure(from);
    return status;
  }

  async #failure(from: number): Promise<Problem> {
    const lines = await tailOf(this.#layout.cloudLog, 5, from);
    const why = lines.at(-1)?.replace(/^failed: /, "") ?? "It wrote nothing.";
    return new Problem("failed", `${why} (The local cloud's log: ${this.#layout.cloudLog})`);
  }

  async #status(): Promise<CloudStatus | undefined> {
    try {
      return await this.#client.status();
    } catch {
      return undefined;
    }
  }

  async #until(reached: () => Promise<boolean>, what: string): Promise<void> {
    const deadline = this.#clock.elapsed() + READY_DEADLINE_MS;
    while (!(await reached())) {
      if (this.#clock.elapsed() > deadline) {
        throw new Problem(
          "failed",
          `The local cloud: waited ${READY_DEADLINE_MS / 1000} s in vain for ${what}. Its log: ${this.#layout.cloudLog}`,
        );
      }
      await this.#clock.wait(20);
    }
  }
}
