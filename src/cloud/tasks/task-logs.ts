import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import type { ServiceRecord, TaskRecord } from "./service-record.ts";

/** The files that tasks write to: a folder for each service, in it one for each deployment. */
export class TaskLogs {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  serviceFolder(service: string): string {
    return join(this.#folder, encodeURIComponent(service));
  }

  deploymentFolder(service: string, deploymentId: string, revision: number): string {
    return join(this.serviceFolder(service), `${revision}-${encodeURIComponent(deploymentId)}`);
  }

  fileOf(service: string, task: TaskRecord): string {
    const { id, deploymentId, revision } = task;
    return join(this.deploymentFolder(service, deploymentId, revision), `${id}.log`);
  }

  /** Of what serves and of the newest deployment. */
  newestFolders({ service, serving, pending }: ServiceRecord): readonly string[] {
    return [serving, pending?.spec]
      .filter((spec) => spec !== undefined)
      .map((spec) => this.deploymentFolder(service, spec.id, spec.revision));
  }

  /** Makes room for the task's file and returns its path. */
  async prepare(service: string, task: TaskRecord): Promise<string> {
    const folder = this.deploymentFolder(service, task.deploymentId, task.revision);
    await mkdir(folder, { recursive: true, mode: 0o700 });
    return this.fileOf(service, task);
  }
}
