import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { LogName, LogStore } from "./log-store.ts";

export interface OpenedLogStore {
  readonly logs: LogStore;
  close(): Promise<void>;
}

/** What every log store must do; `open` makes an empty one for each case. */
export function logStoreContract(name: string, open: () => Promise<OpenedLogStore>): void {
  const log: LogName = { app: "rainbow", run: 12, job: "build" };

  describe(`${name} as a log store`, () => {
    let opened: OpenedLogStore;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it("has no lines of a log that nobody wrote", async () => {
      expect(await opened.logs.read(log, 0, 10)).toEqual([]);
      await opened.logs.append(log, []);
      expect(await opened.logs.read(log, 0, 10)).toEqual([]);
    });

    it("keeps lines as they were written, empty and non-ASCII ones too", async () => {
      const lines = ["> npm test", "", "  größer ✓ ", "\ttab"];
      await opened.logs.append(log, lines);
      expect(await opened.logs.read(log, 0, 10)).toEqual(lines);
    });

    it("reads from a line on, and no more than the limit", async () => {
      await opened.logs.append(log, ["0", "1", "2", "3", "4"]);
      expect(await opened.logs.read(log, 3, 10)).toEqual(["3", "4"]);
      expect(await opened.logs.read(log, 1, 2)).toEqual(["1", "2"]);
      expect(await opened.logs.read(log, 0, 0)).toEqual([]);
      expect(await opened.logs.read(log, 5, 10)).toEqual([]);
      expect(await opened.logs.read(log, 99, 10)).toEqual([]);
    });

    it("can be followed: each read goes on where the last one ended", async () => {
      const { logs } = opened;
      const seen: string[] = [];
      for (const batch of [["a", "b"], ["c"], ["d", "e", "f"]]) {
        await logs.append(log, batch);
        seen.push(...(await logs.read(log, seen.length, 2)));
      }
      seen.push(...(await logs.read(log, seen.length, 2)));
      expect(seen).toEqual(["a", "b", "c", "d", "e", "f"]);
      expect(await logs.read(log, 0, 2)).toEqual(["a", "b"]);
    });

    it("keeps the order in which lines were handed over, though nobody waited", async () => {
      const lines = Array.from({ length: 50 }, (_, i) => `line ${i}`);
      await Promise.all(lines.map((line) => opened.logs.append(log, [line])));
      expect(await opened.logs.read(log, 0, 100)).toEqual(lines);
    });

    it("counts a line with line ends in it as one", async () => {
      await opened.logs.append(log, ["one\ntwo\r\nthree", "four"]);
      expect(await opened.logs.read(log, 0, 10)).toEqual(["one two three", "four"]);
    });

    it("keeps the logs of apps, runs and jobs apart, whatever they are called", async () => {
      const names: LogName[] = [
        log,
        { ...log, app: "moon" },
        { ...log, run: 1 },
        { ...log, job: "deploy production" },
        { ...log, job: "deploy/production" },
        { ...log, job: "deploy%2Fproduction" },
        { ...log, job: "../build" },
        { ...log, job: ".." },
        { ...log, job: "" },
        { ...log, app: ".." },
      ];
      for (const one of names) await opened.logs.append(one, [JSON.stringify(one)]);
      for (const one of names) {
        expect(await opened.logs.read(one, 0, 10)).toEqual([JSON.stringify(one)]);
      }
      expect(new Set(names.map((one) => opened.logs.locate(one))).size).toBe(names.length);
    });
  });
}
