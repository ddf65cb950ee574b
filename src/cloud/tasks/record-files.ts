import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { readIfPresent, replaceFile } from "../../machine/durable-file.ts";
import type { ServiceRecord } from "./service-record.ts";

/** The file with a service's tasks can't be taken as it is. It was not touched, and tasks go on running. */
export class ServiceFileUnusable extends Error {
  override readonly name = "ServiceFileUnusable";
  readonly file: string;

  constructor(file: string, problem: string) {
    super(`${file} ${problem}`);
    this.file = file;
  }
}

const FORMAT = 1;
const SUFFIX = ".json";

export async function saveRecord(folder: string, record: ServiceRecord): Promise<void> {
  await replaceFile(fileOf(folder, record.service), recordText(record));
}

/** Equal for records between which nothing need be saved. */
export function recordText(record: ServiceRecord): string {
  return `${JSON.stringify({ format: FORMAT, ...record }, undefined, 2)}\n`;
}

/**
 * The records of all services.
 *
 * @throws ServiceFileUnusable; nothing has been changed then
 */
export async function loadRecords(folder: string): Promise<readonly ServiceRecord[]> {
  const names = (await readdir(folder)).sort();
  const unfinished = names.filter((name) => name.endsWith(".new"));
  await Promise.all(unfinished.map((name) => rm(join(folder, name), { force: true })));
  const files = names.filter((name) => name.endsWith(SUFFIX)).map((name) => join(folder, name));
  return Promise.all(files.map(loadRecord));
}

async function loadRecord(file: string): Promise<ServiceRecord> {
  const { format, ...content } = parse(file, (await readIfPresent(file)) ?? "");
  if (typeof format === "number" && format > FORMAT) {
    throw new ServiceFileUnusable(
      file,
      `was written by a newer version of Verdigris (format ${format}, this one knows ${FORMAT}). Nothing was changed; start that version, or a newer one.`,
    );
  }
  if (format !== FORMAT || !isRecord(content)) throw corrupt(file, "fields are missing");
  return content;
}

function parse(file: string, text: string): Partial<ServiceRecord> & { format?: unknown } {
  try {
    return Object(JSON.parse(text));
  } catch (error) {
    throw corrupt(file, (error as Error).message);
  }
}

function isRecord(content: Partial<ServiceRecord>): content is ServiceRecord {
  return (
    typeof content.service === "string" &&
    Number.isInteger(content.highestRevision) &&
    Number.isInteger(content.lastTaskNumber) &&
    Array.isArray(content.tasks) &&
    content.tasks.every((task) => typeof task?.id === "string") &&
    [content.serving, content.pending?.spec].every(
      (spec) => spec === undefined || typeof spec.start === "string",
    )
  );
}

function corrupt(file: string, why: string): ServiceFileUnusable {
  return new ServiceFileUnusable(
    file,
    `can't be read: ${why}. Nothing was changed, and tasks that run go on running. Put the file back from a copy, or remove it and deploy again.`,
  );
}

function fileOf(folder: string, service: string): string {
  return join(folder, `${encodeURIComponent(service)}${SUFFIX}`);
}
