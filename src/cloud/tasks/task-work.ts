import { type Duty, dutyOf } from "./duty.ts";
import { endTask, killTask } from "./end-task.ts";
import { type Exit, exitReason } from "./exit-reason.ts";
import { passHealthGate } from "./health-gate.ts";
import { launch } from "./launch.ts";
import { Operations } from "./operations.ts";
import { pause } from "./pause.ts";
import { leaderEnded } from "./process-group.ts";
import {
  type ProcessRecord,
  type ServiceRecord,
  specOf,
  type TaskRecord,
} from "./service-record.ts";
import type { Surroundings } from "./surroundings.ts";
import { TargetMembers } from "./target-members.ts";
import { taskEnvironment, taskMarker } from "./task-environment.ts";
import type { TaskEvent } from "./task-events.ts";
import { unhealthyReason } from "./unhealthy-reason.ts";

/** Does what the tasks of one service need done, and tells what came of it. */
export class TaskWork {
  readonly #service: string;
  readonly #world: Surroundings;
  readonly #tell: (event: TaskEvent) => void;
  readonly #operations: Operations;
  readonly #members: TargetMembers;
  /** Pids of the processes that run, by task. */
  readonly #running = new Map<string, number>();
  readonly #closed = new AbortController();

  constructor(service: string, world: Surroundings, tell: (event: TaskEvent) => void) {
    this.#service = service;
    this.#world = world;
    this.#tell = tell;
    this.#members = new TargetMembers(() => world.targetGroupOf(service));
    this.#operations = new Operations((task, error) => this.#report(task, error));
  }

  /** Takes over a process that was found running. */
  adopt(task: TaskRecord, process: ProcessRecord): void {
    this.#world.ports.take(process.port);
    const { watchEveryMs } = this.#world.limits;
    const ended = leaderEnded(process, watchEveryMs, this.#closed.signal);
    const exited = ended.then(() => ({ code: null, signal: null }));
    this.#watch(task, process, exited, 0);
  }

  /** Begins what each task needs now, with those that are to serve, and ends what none needs. */
  follow(record: ServiceRecord, resting: boolean): void {
    const duties = record.tasks.map((task) => ({
      task,
      duty: dutyOf(record, task, this.#world.now(), resting),
    }));
    for (const { task, duty } of duties) {
      if (duty.kind === "serve") this.#serve(record, task, duty.process);
    }
    for (const { task, duty } of duties) {
      const key = operationKey(duty.kind, task.process?.pid ?? task.failures);
      if (this.#operations.isOn(task.id, key)) continue;
      this.#operations.begin(task.id, key, (signal) => this.#perform(record, task, duty, signal));
    }
    this.#operations.keep(new Set(record.tasks.map((task) => task.id)));
  }

  /** Resolves when all that was begun has ended. */
  settled(): Promise<void> {
    return this.#operations.settled();
  }

  /** Ends what is being done, and leaves processes as they are. */
  async close(): Promise<void> {
    this.#closed.abort();
    this.#operations.abortAll();
    await this.#operations.settled();
  }

  async #perform(record: ServiceRecord, task: TaskRecord, duty: Duty, signal: AbortSignal) {
    if (duty.kind === "start") await this.#start(record, task, signal);
    if (duty.kind === "wait") await this.#wait(task, duty.until, signal);
    if (duty.kind === "prove") await this.#prove(record, task, duty, signal);
    if (duty.kind === "retire") await this.#retire(task, duty.process, signal);
    if (duty.kind === "forget") this.#tell({ type: "forgotten", task: task.id });
  }

  async #start(record: ServiceRecord, task: TaskRecord, signal: AbortSignal) {
    const spec = specOf(record, task);
    if (!spec) return;
    const { ports, logs, now } = this.#world;
    let port = 0;
    try {
      const logFile = await logs.prepare(this.#service, task);
      port = await ports.choose();
      if (signal.aborted) return ports.release(port);
      const marker = this.#markerOf(task);
      const environment = taskEnvironment(process.env, this.#service, spec, { marker, port });
      const launched = await launch({ spec, environment, port, logFile, now: now() });
      this.#watch(task, launched.process, launched.exited, launched.logStart);
      this.#tell({ type: "started", task: task.id, process: launched.process });
    } catch (error) {
      ports.release(port);
      const reason = `could not be started in ${spec.directory}: ${(error as Error).message}`;
      this.#tell({ type: "exited", task: task.id, at: now(), reason, chance: Math.random() });
    }
  }

  async #wait(task: TaskRecord, until: number, signal: AbortSignal) {
    await pause(until - this.#world.now(), signal);
    if (!signal.aborted) this.#tell({ type: "due", task: task.id });
  }

  async #prove(
    record: ServiceRecord,
    task: TaskRecord,
    { process, deadline }: Duty & { kind: "prove" },
    signal: AbortSignal,
  ) {
    const { limits, logs, now } = this.#world;
    const { healthPath: path = "/", healthTimeoutSeconds: timeoutSeconds = 0 } =
      specOf(record, task) ?? {};
    const fault = await passHealthGate(
      {
        port: process.port,
        path,
        timeoutMs: limits.healthTryMs,
        everyMs: limits.healthEveryMs,
        ...(deadline !== undefined && { deadlineMs: deadline - now() }),
      },
      signal,
    );
    if (signal.aborted) return;
    const at = now();
    if (fault === undefined) this.#tell({ type: "passed", task: task.id, pid: process.pid, at });
    else {
      const { pid, port } = process;
      const logFile = logs.fileOf(this.#service, task);
      const reason = await unhealthyReason({ fault, path, timeoutSeconds, pid, port, logFile });
      this.#tell({ type: "timed-out", task: task.id, reason });
    }
  }

  #serve(record: ServiceRecord, task: TaskRecord, { pid, port }: ProcessRecord) {
    if (this.#running.get(task.id) !== pid) return;
    const healthPath = specOf(record, task)?.healthPath ?? "/";
    this.#members.add({ id: task.id, host: "127.0.0.1", port, healthPath });
  }

  async #retire(task: TaskRecord, process: ProcessRecord, signal: AbortSignal) {
    await this.#leaveTargets(task.id, this.#world.limits.drainMs, signal);
    const marker = this.#markerOf(task);
    if (!signal.aborted) await endTask(process, marker, task.graceSeconds * 1_000, signal);
    if (!signal.aborted) this.#tell({ type: "ended", task: task.id });
  }

  async #leaveTargets(task: string, deadlineMs: number, signal: AbortSignal) {
    try {
      await this.#members.remove(task, deadlineMs, signal);
    } catch (error) {
      this.#report(task, error as Error);
    }
  }

  #watch(task: TaskRecord, process: ProcessRecord, exited: Promise<Exit>, logStart: number) {
    this.#running.set(task.id, process.pid);
    exited
      .then((exit) => this.#exited(task, process, exit, logStart))
      .catch((error: Error) => this.#report(task.id, error));
  }

  async #exited(task: TaskRecord, process: ProcessRecord, exit: Exit, logStart: number) {
    if (this.#closed.signal.aborted) return;
    const { pid, port } = process;
    this.#running.delete(task.id);
    this.#world.ports.release(port);
    if (this.#operations.isOn(task.id, operationKey("retire", pid))) return;
    const removed = this.#leaveTargets(task.id, 0, this.#closed.signal);
    killTask(process, this.#markerOf(task));
    const logFile = this.#world.logs.fileOf(this.#service, task);
    const reason = await exitReason(exit, logFile, logStart);
    const chance = Math.random();
    this.#tell({ type: "exited", task: task.id, pid, at: this.#world.now(), reason, chance });
    await removed;
  }

  #markerOf({ id }: TaskRecord): string {
    return taskMarker(this.#world.instance, this.#service, id);
  }

  #report(task: string, error: Error) {
    this.#world.report(`${this.#service}: ${task}: ${error.message}`);
  }
}

/** @param attempt tells one process, or one start, of a task from the next */
function operationKey(kind: Duty["kind"], attempt: number): string {
  return `${kind} ${attempt}`;
}
