import { HealthWatch } from "../balancer/health-watch.ts";
import type { Target } from "../target-group.ts";
import { type Duty, dutyOf } from "./duty.ts";
import { endTask, killTask } from "./end-task.ts";
import { type Exit, exitReason, howItEnded } from "./exit-reason.ts";
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

interface Running {
  readonly pid: number;
  /** The size of the log file before the process wrote to it, in bytes. */
  readonly logStart: number;
}

interface Silent {
  readonly pid: number;
  /** Why it is ended, in one line. */
  readonly how: string;
  /** Whether it was told to end: until then it may end by itself. */
  readonly told: boolean;
}

/** Does what the tasks of one service need done, and tells what came of it. */
export class TaskWork {
  readonly #service: string;
  readonly #world: Surroundings;
  readonly #tell: (event: TaskEvent) => void;
  readonly #operations: Operations;
  readonly #members: TargetMembers;
  /** The processes that run, by task. */
  readonly #running = new Map<string, Running>();
  /** The processes among them that gave no answer for too long, by task. */
  readonly #silent = new Map<string, Silent>();
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
    const now = this.#world.now();
    const duties = record.tasks.map((task) => ({
      task,
      duty: dutyOf(record, task, { now, resting, silent: this.#isSilent(task) }),
    }));
    for (const { task, duty } of duties) {
      if (duty.kind === "serve") this.#serve(record, task, duty.process);
    }
    for (const { task, duty } of duties) this.#begin(record, task, duty);
    this.#operations.keep(new Set(record.tasks.map((task) => task.id)));
  }

  /** The tasks whose process is being ended because it gave no answer. */
  silentTasks(): readonly string[] {
    return [...this.#silent.keys()];
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

  #begin(record: ServiceRecord, task: TaskRecord, duty: Duty) {
    const key = operationKey(duty.kind, task.process?.pid ?? task.failures);
    if (this.#operations.isOn(task.id, key)) return;
    this.#operations.begin(task.id, key, (signal) => this.#perform(record, task, duty, signal));
  }

  async #perform(record: ServiceRecord, task: TaskRecord, duty: Duty, signal: AbortSignal) {
    if (duty.kind === "start") await this.#start(record, task, signal);
    if (duty.kind === "wait") await this.#wait(task, duty.until, signal);
    if (duty.kind === "prove") await this.#prove(record, task, duty, signal);
    if (duty.kind === "replace") await this.#replace(task, duty.process, signal);
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
    const gate = {
      port: process.port,
      path,
      timeoutMs: limits.healthTryMs,
      everyMs: limits.healthEveryMs,
      ...(deadline !== undefined && { deadlineMs: deadline - now() }),
    };
    const watch = deadline === undefined && this.#watchSilence(record, task, process);
    const fault = await passHealthGate(gate, signal);
    if (watch) watch.stop();
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

  #serve(record: ServiceRecord, task: TaskRecord, process: ProcessRecord) {
    if (this.#running.get(task.id)?.pid !== process.pid) return;
    this.#members.add(this.#targetOf(record, task, process));
  }

  /** A task that has not passed since it was adopted is no load balancer's to check. */
  #watchSilence(record: ServiceRecord, task: TaskRecord, process: ProcessRecord): HealthWatch {
    const target = this.#targetOf(record, task, process);
    return new HealthWatch(target, this.#world.limits.adoptedCheck, () => undefined);
  }

  #targetOf(record: ServiceRecord, task: TaskRecord, process: ProcessRecord): Target {
    const healthPath = specOf(record, task)?.healthPath ?? "/";
    const onSilent = (checks: number) => this.#fellSilent(record, task, process, checks);
    return { id: task.id, host: "127.0.0.1", port: process.port, healthPath, onSilent };
  }

  /** Told by whoever checks the task, and perhaps by two of them, or late. */
  #fellSilent(record: ServiceRecord, task: TaskRecord, process: ProcessRecord, checks: number) {
    const { pid } = process;
    if (this.#closed.signal.aborted || this.#running.get(task.id)?.pid !== pid) return;
    if (this.#silent.has(task.id) || this.#isOn("retire", task, pid)) return;
    const { healthPath: path = "/" } = specOf(record, task) ?? {};
    const how = `gave no answer to GET ${path} ${checks} times in a row and was ended`;
    this.#silent.set(task.id, { pid, how, told: false });
    this.#begin(record, task, { kind: "replace", process });
  }

  /**
   * What is open on it is cut before it ends: at its end the load balancer would send some of it to
   * another task, and the request that hung this one might hang that one too. Once it is told to end,
   * it is followed to its end, whatever is to be done about the task by then.
   */
  async #replace(task: TaskRecord, process: ProcessRecord, signal: AbortSignal) {
    const running = this.#running.get(task.id);
    const silent = this.#silent.get(task.id);
    if (!running || !silent) return;
    await this.#leaveTargets(task.id, 0, signal);
    const logFile = this.#world.logs.fileOf(this.#service, task);
    const how = await exitReason(silent.how, logFile, running.logStart);
    if (signal.aborted || !this.#running.has(task.id)) return;
    this.#silent.set(task.id, { ...silent, how, told: true });
    const graceMs = task.graceSeconds * 1_000;
    await endTask(process, this.#markerOf(task), graceMs, this.#closed.signal);
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
    this.#running.set(task.id, { pid: process.pid, logStart });
    exited
      .then((exit) => this.#exited(task, process, exit, logStart))
      .catch((error: Error) => this.#report(task.id, error));
  }

  async #exited(task: TaskRecord, process: ProcessRecord, exit: Exit, logStart: number) {
    if (this.#closed.signal.aborted) return;
    const { pid, port } = process;
    this.#running.delete(task.id);
    this.#world.ports.release(port);
    if (this.#isOn("replace", task, pid)) await this.#operations.ended(task.id);
    const silent = this.#silent.get(task.id);
    this.#silent.delete(task.id);
    if (this.#closed.signal.aborted || this.#isOn("retire", task, pid)) return;
    const removed = this.#leaveTargets(task.id, 0, this.#closed.signal);
    killTask(process, this.#markerOf(task));
    const logFile = this.#world.logs.fileOf(this.#service, task);
    const reason = silent?.told
      ? silent.how
      : await exitReason(howItEnded(exit), logFile, logStart);
    const chance = Math.random();
    this.#tell({ type: "exited", task: task.id, pid, at: this.#world.now(), reason, chance });
    await removed;
  }

  #isOn(kind: Duty["kind"], task: TaskRecord, pid: number): boolean {
    return this.#operations.isOn(task.id, operationKey(kind, pid));
  }

  #isSilent({ id, process }: TaskRecord): boolean {
    return process !== undefined && this.#silent.get(id)?.pid === process.pid;
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
