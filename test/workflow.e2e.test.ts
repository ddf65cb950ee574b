import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { FlipView } from "../src/contract/api.ts";
import { app } from "./support/apps.ts";
import { User } from "./support/machine.ts";
import { visit } from "./support/visit.ts";
import { Visitors } from "./support/visitors.ts";

describe("an app on one machine", () => {
  let user: User;

  beforeAll(async () => {
    user = await User.withApp(app("1"));
    await user.up();
    await user.live("one");
  });
  afterAll(() => user.leave());

  it("refuses a push to master that did not pass CI, and tells the pusher why", async () => {
    await user.git("checkout", "--quiet", "-B", "unchecked");
    await user.git("commit", "--quiet", "--allow-empty", "-m", "not checked");
    const git = user.ready?.git ?? "";
    const before = await user.git("ls-remote", git, "refs/heads/master");
    const pushed = await user.tryGit("push", git, "HEAD:master");
    expect(pushed.code).not.toBe(0);
    expect(pushed.stderr).toMatch(/remote: .*has not passed|remote: .*passed CI/);
    expect(await user.git("ls-remote", git, "refs/heads/master")).toBe(before);
  });

  it("leaves every environment as it was when a build fails, and says which step failed and where its log is", async () => {
    const before = await user.environment();
    await user.write({ "version.js": 'export const version = "bad";\n' });
    const commit = await user.pushBranch("bad");
    const run = await user.runOf(commit, ({ outcome }) => outcome === "failed");
    expect(run.because).toContain("validate");
    const job = run.jobs.find(({ state }) => state === "failed");
    const log = /its log: (\S+)/.exec(job?.note ?? "")?.[1] ?? "";
    expect(existsSync(log), job?.note).toBe(true);
    expect(readFileSync(log, "utf8")).toContain("the version is bad");
    const shown = await user.cli("logs", String(run.number));
    expect(shown.stdout).toContain("the version is bad");
    expect(await user.environment()).toEqual(before);
    const refused = await user.cli("merge", "bad");
    expect(refused.code).toBe(3);
  });

  it("flips five times back and forth under load without a failed request, every client within the TTL", async () => {
    await user.write({ "version.js": 'export const version = "2";\n' });
    const request = await user.asked(await user.release("two"));
    const visitors = new Visitors(user.ready?.gateway ?? "", "site.test");
    const flips: FlipView[] = [];
    let previous = (await user.environment()).lastFlip?.id;
    await user.json("approve", request);
    for (let flip = 1; flip <= 5; flip++) {
      const settled = await user.flipped(previous);
      const last = settled.lastFlip;
      if (!last) throw new Error("no flip is on record");
      previous = last.id;
      flips.push(last);
      if (flip < 5) {
        const to = settled.standby ?? "";
        await user.json("revert", "production", "--to", to, "--reason", `flip ${flip + 1}`);
      }
    }
    await visitors.stop();
    expect(visitors.failures).toEqual([]);
    expect(new Set(flips.map(({ id }) => id)).size).toBe(5);
    for (const [index, flip] of flips.entries()) {
      const inSync = Date.parse(flip.reached["in-sync"] ?? "");
      expect(inSync).toBeGreaterThan(0);
      const next = flips[index + 1];
      const end = next ? Date.parse(next.reached.decided ?? "") : Number.POSITIVE_INFINITY;
      const late = visitors.visits.filter(
        ({ at, side }) => side === flip.from && at > inSync + 1000 && at < end,
      );
      expect(late.map(({ at }) => at - inSync)).toEqual([]);
    }
  });

  it("refuses an approval of an older candidate and names both releases", async () => {
    await user.write({ "version.js": 'export const version = "3";\n' });
    const older = await user.asked(await user.release("three"));
    const olderRelease = (await user.environment()).request?.release.id ?? "";
    await user.write({ "version.js": 'export const version = "4";\n' });
    const newer = await user.asked(await user.release("four"));
    const newerRelease = (await user.environment()).request?.release.id ?? "";
    expect(newer).not.toBe(older);
    const refused = await user.cli("approve", older);
    expect(refused.code).toBe(3);
    expect(refused.stderr).toContain("stale_candidate");
    expect(refused.stderr).toContain(olderRelease);
    expect(refused.stderr).toContain(newerRelease);
    await user.json("reject", newer, "--reason", "not today");
  });

  it("carries out a flip once, however often its command is repeated, and of two at once only one", async () => {
    const before = await user.environment();
    await user.json("request-flip", "production");
    const request = (await user.environment()).request?.id ?? "";
    await user.json("approve", request);
    const to = before.standby;
    const body = { to, commandId: "the-same" };
    const path = `/apps/site/environments/production/flip`;
    const [first, rival] = await Promise.all([
      user.api("POST", path, body),
      user.api("POST", path, { to, commandId: "another" }),
    ]);
    expect([first.status, rival.status].sort()).toEqual([200, 409]);
    const winner = first.status === 200 ? "the-same" : "another";
    const again = await user.api("POST", path, { to, commandId: winner });
    expect(again.body).toMatchObject({ repeated: true });
    const settled = await user.flipped(before.lastFlip?.id);
    expect(settled.live).toBe(to);
    const flips = await user.json<{ command: string; revision: number }[]>("history", "production");
    const since = flips.filter(
      ({ command, revision }) => command === "flip" && revision > before.revision,
    );
    expect(since).toHaveLength(1);
  });

  it("serves the standby on its preview name", async () => {
    const view = await user.environment();
    const preview = await visit(user.ready?.gateway ?? "", "standby.site.test");
    expect(preview.status).toBe(200);
    expect(JSON.parse(preview.body)).toMatchObject({ side: view.standby });
  });
});
