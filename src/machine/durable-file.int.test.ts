import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { readIfPresent, replaceFile } from "./durable-file.ts";

describe("a durable file", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "verdigris-durable-"));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  it("holds what was written last, for its owner alone, with nothing left beside it", async () => {
    const path = join(folder, "state.json");
    expect(await readIfPresent(path)).toBeUndefined();
    await Promise.all(["one", "two", "three"].map((text) => replaceFile(path, text)));
    expect(["one", "two", "three"]).toContain(await readFile(path, "utf8"));
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    expect(await readdir(folder)).toEqual(["state.json"]);
  });

  it("that can't be replaced stays as it was, with nothing left beside it", async () => {
    const path = join(folder, "occupied");
    await mkdir(path);
    await expect(replaceFile(path, "text")).rejects.toThrow();
    expect(await readdir(folder)).toEqual(["occupied"]);
  });
});
