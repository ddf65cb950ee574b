import {
  chmod,
  copyFile,
  mkdir,
  mkdtemp,
  open,
  readFile,
  rename,
  rm,
  stat,
  truncate,
  writeFile,
} from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate as turn } from "node:timers/promises";
import Database from "libsql";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { exampleBatch } from "../../ports/event-store.contract.ts";
import { SqliteEventStore } from "./sqlite-event-store.ts";

const stream = "env#rainbow/production";

describe("the file of a SqliteEventStore", () => {
  let folder: string;
  let path: string;
  const opened: SqliteEventStore[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "verdigris-sqlite-"));
    path = join(folder, "state.db");
  });

  afterEach(async () => {
    for (const store of opened.splice(0)) store.close();
    await rm(folder, { recursive: true });
  });

  async function openStore(busyDeadlineMs?: number): Promise<SqliteEventStore> {
    const options = busyDeadlineMs === undefined ? {} : { busyDeadlineMs };
    const store = await SqliteEventStore.open(path, options);
    opened.push(store);
    return store;
  }

  const modes = () =>
    Promise.all(
      ["", "-wal", "-shm"].map(async (end) => (await stat(`${path}${end}`)).mode & 0o777),
    );

  it("can be read by its owner only, whatever the umask", async () => {
    const before = process.umask(0);
    try {
      await (await openStore()).append(exampleBatch(stream, 1));
    } finally {
      process.umask(before);
    }
    expect(await modes()).toEqual([0o600, 0o600, 0o600]);
  });

  it("is closed to others when it had been open to them", async () => {
    await (await openStore()).append(exampleBatch(stream, 1));
    for (const end of ["", "-wal", "-shm"]) await chmod(`${path}${end}`, 0o644);
    await openStore();
    expect(await modes()).toEqual([0o600, 0o600, 0o600]);
  });

  it("keeps its logs when it is opened again", async () => {
    const first = await openStore();
    await first.append(exampleBatch(stream, 1));
    first.close();
    expect(await (await openStore()).read(stream, 0)).toEqual([exampleBatch(stream, 1)]);
  });

  it("holds the same keys as the table in DynamoDB", async () => {
    const store = await openStore();
    await store.append(exampleBatch(stream, 1));
    await store.project(stream, { revision: 1, schema: 1, hash: "h", state: {} });
    const rows = new Database(path).prepare("SELECT pk, sk FROM items ORDER BY sk").all();
    expect(rows).toEqual([
      { pk: stream, sk: "e#000000000001" },
      { pk: stream, sk: "state" },
    ]);
  });

  it("is refused, unchanged, when a newer program wrote it", async () => {
    await openStore();
    new Database(path).exec("PRAGMA user_version = 7");
    await expect(openStore()).rejects.toThrow(
      `the state in ${path} has schema version 7 and this program knows version 1`,
    );
    expect(new Database(path).pragma("user_version")).toEqual([{ user_version: 7 }]);
  });

  it("is refused, unchanged, when it belongs to another program", async () => {
    new Database(path).exec("CREATE TABLE guests (name TEXT)");
    const before = await readFile(path);
    await expect(openStore()).rejects.toThrow(`${path} belongs to another program`);
    expect(await readFile(path)).toEqual(before);
  });

  it("is refused, unchanged, when it isn't a database", async () => {
    const text = "minutes of the meeting\n".repeat(400);
    await writeFile(path, text);
    await expect(openStore()).rejects.toThrow(`the state in ${path} is damaged or not a database`);
    expect(await readFile(path, "utf8")).toBe(text);
  });

  it("is at rest without a write-ahead log", async () => {
    const store = await openStore();
    await store.append(exampleBatch(stream, 1));
    store.close();
    expect((await stat(`${path}-wal`)).size).toBe(0);
  });

  it.each(["nothing", "an empty file", "the file before its log"])(
    "is not made anew, and nothing is changed, where it was there before and now is %s",
    async (left) => {
      const store = await openStore();
      if (left === "the file before its log") {
        await copyFile(path, `${path}.early`);
        store.close();
        await rename(`${path}.early`, path);
        await writeFile(`${path}-wal`, "");
      } else {
        await store.append(exampleBatch(stream, 1));
        if (left === "nothing") await rm(path);
        else await truncate(path);
      }
      const wal = await readFile(`${path}-wal`);
      const open = SqliteEventStore.open(path, { mustExist: true });
      await expect(open).rejects.toThrow(`${path} is missing or empty, and it was there before`);
      expect(await readFile(`${path}-wal`)).toEqual(wal);
    },
  );

  it("is named when its pages turn out to be damaged", async () => {
    const store = await openStore();
    for (let revision = 1; revision <= 50; revision++) {
      await store.append(exampleBatch(stream, revision));
    }
    new Database(path).pragma("wal_checkpoint(TRUNCATE)");
    store.close();
    const { size } = await stat(path);
    const file = await open(path, "r+");
    await file.write(Buffer.alloc(size - 4096, 0xff), 0, size - 4096, 4096);
    await file.close();
    const damaged = await openStore();
    await expect(damaged.read(stream, 0)).rejects.toThrow(`the state in ${path} is damaged`);
    await expect(damaged.append(exampleBatch(stream, 51))).rejects.toThrow(`${path} is damaged`);
  });

  it("is named when its folder is missing, is a file, or may not be written", async () => {
    const fault = (at: string) => SqliteEventStore.open(at).catch((error: Error) => error.message);
    const missing = join(folder, "missing", "state.db");
    expect(await fault(missing)).toMatch(`the state in ${missing} can't be used (ENOENT`);
    await writeFile(join(folder, "file"), "");
    const inFile = join(folder, "file", "state.db");
    expect(await fault(inFile)).toMatch(`the state in ${inFile} can't be used (ENOTDIR`);
    await mkdir(join(folder, "sealed"), { mode: 0o555 });
    const sealed = join(folder, "sealed", "state.db");
    expect(await withoutPrivilege(() => fault(sealed))).toMatch(
      `the state in ${sealed} can't be used (EACCES`,
    );
  });

  it("is waited for while another process holds it, and the event loop runs on", async () => {
    const store = await openStore();
    const rival = new Database(path);
    rival.exec("BEGIN IMMEDIATE");
    let settled = false;
    const append = store.append(exampleBatch(stream, 1)).finally(() => {
      settled = true;
    });
    for (let turns = 0; turns < 100; turns++) await turn();
    expect(settled).toBe(false);
    rival.exec("COMMIT");
    expect(await append).toEqual({ kind: "appended" });
  });

  it("is given up on when another process holds it beyond the deadline", async () => {
    const store = await openStore(1);
    const rival = new Database(path);
    rival.exec("BEGIN IMMEDIATE");
    await expect(store.append(exampleBatch(stream, 1))).rejects.toThrow(
      `the state in ${path} is locked by another process`,
    );
    rival.exec("COMMIT");
    expect(await store.read(stream, 0)).toEqual([]);
  });

  it("is neither read nor written after it was closed", async () => {
    const store = await openStore();
    store.close();
    store.close();
    await expect(store.append(exampleBatch(stream, 1))).rejects.toThrow(`${path} was closed`);
    await expect(store.read(stream, 0)).rejects.toThrow(`${path} was closed`);
  });
});

/** Root may write in any folder, so what is checked for an ordinary user runs as `nobody` there. */
async function withoutPrivilege<Result>(action: () => Promise<Result>): Promise<Result> {
  const isRoot = process.geteuid?.() === 0;
  if (isRoot) process.seteuid?.(65_534);
  try {
    return await action();
  } finally {
    if (isRoot) process.seteuid?.(0);
  }
}
