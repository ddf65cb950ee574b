import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Notice, NoticeState, Notifier } from "./notifier.ts";

export interface OpenedNotifier {
  readonly notifier: Notifier;
  /** Two apps, and two commits that each of them has. */
  readonly apps: readonly [string, string];
  readonly commits: readonly [string, string];
  close(): Promise<void>;
}

/** What every notifier must do; `open` makes one that has told nothing for each case. */
export function notifierContract(name: string, open: () => Promise<OpenedNotifier>): void {
  describe(`${name} as a notifier`, () => {
    let opened: OpenedNotifier;
    let notice: Notice;

    beforeEach(async () => {
      opened = await open();
      notice = {
        app: opened.apps[0],
        id: "rainbow/production/production-41",
        commit: opened.commits[0],
        place: "production",
        state: "waiting",
        description: "flip request production-41 waits for 1 approval",
        url: "https://rainbow.example.com",
      };
    });

    afterEach(() => opened.close());

    const tell = (change: Partial<Notice>) => opened.notifier.tell({ ...notice, ...change });
    const told = (change: Partial<Notice> = {}) => opened.notifier.told({ ...notice, ...change });

    it("has told nothing at first", async () => {
      expect(await told()).toBeUndefined();
    });

    it.each([
      [["waiting", "running", "succeeded", "over"]],
      [["running", "failed"]],
      [["waiting", "over"]],
      [["succeeded"]],
    ] as const)("tells each state as it comes: %j", async (states) => {
      for (const state of states) {
        await tell({ state });
        expect(await told()).toBe(state);
      }
    });

    it("may be told the same twice", async () => {
      await tell({ state: "running" });
      await tell({ state: "running" });
      expect(await told()).toBe("running");
    });

    it.each([
      ["succeeded", "running"],
      ["succeeded", "failed"],
      ["failed", "succeeded"],
      ["running", "waiting"],
      ["over", "succeeded"],
    ] as const)("does not go back from %s to %s", async (last, late) => {
      if (last === "over") await tell({ state: "running" });
      await tell({ state: last });
      await tell({ state: late });
      expect(await told()).toBe(last);
    });

    it("leaves untold what is over and was never told", async () => {
      await tell({ state: "over" });
      expect(await told()).toBeUndefined();
    });

    it("ends what had the place of one that succeeds, and nothing else", async () => {
      const others: readonly Partial<Notice>[] = [
        { id: "before", commit: opened.commits[1] },
        { id: "same commit, before" },
      ];
      for (const other of others) await tell({ ...other, state: "succeeded" });
      await tell({ id: "asks", state: "waiting" });
      await tell({ id: "elsewhere", place: "production/standby", state: "succeeded" });
      await tell({ id: "of another app", app: opened.apps[1], state: "succeeded" });
      await tell({ state: "succeeded" });
      for (const other of others) expect(await told(other)).toBe("over");
      expect(await told({ id: "asks" })).toBe("waiting");
      expect(await told({ id: "elsewhere", place: "production/standby" })).toBe("succeeded");
      expect(await told({ id: "of another app", app: opened.apps[1] })).toBe("succeeded");
      expect(await told()).toBe("succeeded");
    });

    it("keeps its word when many tell it at the same time", async () => {
      const states: readonly NoticeState[] = [
        "waiting",
        "running",
        "succeeded",
        "running",
        "succeeded",
      ];
      await Promise.all(states.map((state) => tell({ state })));
      await tell({ state: "succeeded" });
      expect(await told()).toBe("succeeded");
    });
  });
}
