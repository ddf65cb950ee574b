import type { DeploymentSpec } from "../control/protocol.ts";
import { adopted } from "./adopted.ts";
import { askHealth } from "./health-gate.ts";
import { lastLogLines } from "./log-reader.ts";
import { sweepLogs } from "./log-sweep.ts";
import { recordText, saveRecord } from "./record-files.ts";
import { belongsTo, newService, type ProcessRecord, type ServiceRecord } from "./service-record.ts";
import { statusOf, type TasksStatus, withFailing } from "./service-status.ts";
import type { Surroundings } from "./surroundings.ts";
import { afterEvent, type TaskEvent } from "./task-events.ts";
import { TaskWork } from "./task-work.ts";
import { deployTo, scaleTo } from "./wishes.ts";

/** One to end what is being done, one to end a process that was just being started, and one spare. */
const ROUNDS_TO_REST = 3;

/**
 * Drives one service. All that happens to it, wishes and events alike, is taken in turn: the next
 * record is computed, saved, and only then acted upon.
 */
export class ServiceDriver {
  readonly #world: Surroundings;
  readonly #work: TaskWork;
  #record: ServiceRecord;
  /** What the file holds for certain, and so what has been acted upon. */
  #saved: ServiceRecord;
  #saveAgain: NodeJS.Timeout | undefined;
  #turn: Promise<unknown> = Promise.resolve();
  #waitingWishes = 0;
  #resting = false;
  #closed = false;

  constructor(service: string, world: Surroundings, record = newService(service)) {
    this.#world = world;
    this.#record = record;
    this.#saved = record;
    this.#work = new TaskWork(service, world, (event) => this.#take(event));
  }

  /**
   * Begins with a record from disk and those of its processes that still run, by task. Resolves
   * when serving tasks that answer are in the target group.
   */
  open(running: ReadonlyMap<string, ProcessRecord>): Promise<void> {
    return this.#inTurn(async () => {
      const found = adopted(this.#record, running, this.#world.now());
      for (const task of found.tasks) if (task.process) this.#work.adopt(task, task.process);
      const passes = await this.#askServing(found);
      await this.#save(passes.reduce(afterEvent, found));
      this.#follow();
    });
  }

  deploy(spec: DeploymentSpec): Promise<void> {
    return this.#wish((record) => deployTo(record, spec, this.#world.now()));
  }

  scale(tasks: number): Promise<void> {
    return this.#wish((record) => scaleTo(record, tasks));
  }

  /** As saved: what is not yet certain to outlive a crash isn't claimed. */
  status(): TasksStatus {
    return withFailing(statusOf(this.#saved), this.#work.silentTasks());
  }

  logs(lines: number): Promise<readonly string[]> {
    return lastLogLines(this.#world.logs.newestFolders(this.#record), lines);
  }

  sweepLogs(): Promise<void> {
    return sweepLogs(this.#world.logs, this.#record, this.#world.limits.logs);
  }

  /**
   * Drains and ends all tasks, which stay wanted; a later supervisor starts them again.
   *
   * @throws Error that names the tasks which couldn't be ended
   */
  async rest(): Promise<void> {
    this.#resting = true;
    for (let round = 0; round < ROUNDS_TO_REST; round++) {
      await this.#inTurn(async () => this.#follow());
      await this.#work.settled();
      await this.#turn;
    }
    const left = this.#runs();
    if (left.length === 0) return;
    throw new Error(
      `${this.#record.service}: tasks still run: ${left.join(", ")}. End them by hand.`,
    );
  }

  /** Leaves the tasks as they are. */
  async close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#saveAgain);
    await this.#work.close();
    await this.#turn;
  }

  async #wish(change: (record: ServiceRecord) => ServiceRecord): Promise<void> {
    const { service } = this.#record;
    if (this.#closed || this.#resting) {
      throw new Error(`${service}: the tasks are being stopped; nothing was changed.`);
    }
    if (this.#waitingWishes >= this.#world.limits.waitingWishes) {
      throw new Error(`${service}: too many wishes wait already; nothing was changed. Try later.`);
    }
    this.#waitingWishes++;
    try {
      await this.#inTurn(async () => {
        try {
          await this.#save(change(this.#record));
        } catch (error) {
          this.#saveLater();
          throw new Error(
            `${service}: the wish can't be saved: ${(error as Error).message}. Nothing was changed; mend that and repeat it.`,
          );
        }
        this.#follow();
      });
    } finally {
      this.#waitingWishes--;
    }
  }

  #take(event: TaskEvent): void {
    this.#inBackground(async () => {
      this.#record = afterEvent(this.#record, event);
      await this.#save(this.#record);
    });
  }

  #inBackground(change: () => Promise<void>): void {
    void this.#inTurn(async () => {
      try {
        await change();
      } catch (error) {
        const { service } = this.#record;
        this.#world.report(`${service}: can't be saved, so nothing new is begun: ${error}`);
        this.#saveLater();
      }
      this.#follow();
    });
  }

  async #save(next: ServiceRecord): Promise<void> {
    if (this.#saveAgain || recordText(next) !== recordText(this.#saved)) {
      await saveRecord(this.#world.recordsFolder, next);
    }
    clearTimeout(this.#saveAgain);
    this.#saveAgain = undefined;
    this.#record = next;
    this.#saved = next;
  }

  /** Also after a wish that failed: the file may hold it, if only the last step of writing failed. */
  #saveLater(): void {
    clearTimeout(this.#saveAgain);
    if (this.#closed) return;
    const again = () => this.#inBackground(() => this.#save(this.#record));
    this.#saveAgain = setTimeout(again, this.#world.limits.saveAgainMs);
  }

  /** Acts upon what is saved. Ending all tasks changes no wish, so it needs no saving. */
  #follow(): void {
    if (this.#closed || (this.#saveAgain && !this.#resting)) return;
    this.#work.follow(this.#record, this.#resting);
  }

  async #askServing(record: ServiceRecord): Promise<readonly TaskEvent[]> {
    const { serving } = record;
    if (!serving) return [];
    const { healthTryMs: timeoutMs } = this.#world.limits;
    const passes = record.tasks.map(async (task): Promise<readonly TaskEvent[]> => {
      if (!task.process || task.leaving || !belongsTo(task, serving)) return [];
      const { pid, port } = task.process;
      const fault = await askHealth({ port, path: serving.healthPath, timeoutMs });
      if (fault !== undefined) return [];
      return [{ type: "passed", task: task.id, pid, at: this.#world.now() }];
    });
    return (await Promise.all(passes)).flat();
  }

  #runs(): readonly string[] {
    const tasks = this.#record.tasks.filter((task) => task.process);
    return tasks.map((task) => `${task.id} (process ${task.process?.pid})`);
  }

  #inTurn<Result>(step: () => Promise<Result>): Promise<Result> {
    const result = this.#turn.then(step);
    this.#turn = Promise.allSettled([result]);
    return result;
  }
}
