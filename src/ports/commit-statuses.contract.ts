import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { CommitStatus, CommitStatuses } from "./commit-statuses.ts";

export interface OpenedCommitStatuses {
  readonly statuses: CommitStatuses;
  /** Two apps that can be spoken of. */
  readonly apps: readonly [string, string];
  close(): Promise<void>;
}

/** What every keeper of commit statuses must do; `open` makes an empty one for each case. */
export function commitStatusesContract(
  name: string,
  open: () => Promise<OpenedCommitStatuses>,
): void {
  const commit = "3f2a9c1e".repeat(5);
  const other = "b".repeat(40);
  const pending: CommitStatus = { state: "pending", run: 12, description: "build is running" };
  const passed: CommitStatus = { state: "passed", run: 12, description: "8 tests, größer “ok”" };

  describe(`${name} as commit statuses`, () => {
    let opened: OpenedCommitStatuses;
    beforeEach(async () => {
      opened = await open();
    });
    afterEach(() => opened.close());

    it("knows nothing of a commit before a status was set", async () => {
      expect(await opened.statuses.get(opened.apps[0], commit)).toBeUndefined();
    });

    it("gives back what was set last", async () => {
      const { statuses, apps } = opened;
      await statuses.set(apps[0], commit, pending);
      expect(await statuses.get(apps[0], commit)).toEqual(pending);
      await statuses.set(apps[0], commit, passed);
      expect(await statuses.get(apps[0], commit)).toEqual(passed);
    });

    it("may be told the same twice", async () => {
      const { statuses, apps } = opened;
      await statuses.set(apps[0], commit, passed);
      await statuses.set(apps[0], commit, passed);
      expect(await statuses.get(apps[0], commit)).toEqual(passed);
    });

    it("keeps commits and apps apart", async () => {
      const { statuses, apps } = opened;
      await statuses.set(apps[0], commit, passed);
      expect(await statuses.get(apps[0], other)).toBeUndefined();
      expect(await statuses.get(apps[1], commit)).toBeUndefined();
    });

    it("takes statuses of the same commit at the same time", async () => {
      const { statuses, apps } = opened;
      await Promise.all([pending, passed].map((status) => statuses.set(apps[0], commit, status)));
      expect([pending, passed]).toContainEqual(await statuses.get(apps[0], commit));
    });

    it("refuses a status of what is not a commit id", async () => {
      const { statuses, apps } = opened;
      for (const bad of ["master", "", commit.slice(1), `${commit}/x`, "--stdin"]) {
        await expect(statuses.set(apps[0], bad, passed)).rejects.toThrow("not a commit");
        expect(await statuses.get(apps[0], bad)).toBeUndefined();
      }
    });
  });
}
