import { readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CloudClient } from "../../src/adapters/local/cloud/cloud-client.ts";
import type { HistoryEntry } from "../../src/contract/api.ts";
import { app } from "../support/apps.ts";
import { User, until } from "../support/machine.ts";
import { SmallDisk } from "../support/small-disk.ts";
import { visit } from "../support/visit.ts";
import { Visitors } from "../support/visitors.ts";

const MEGABYTES = 48;
/** What the write-ahead log has room for already is taken without any. */
const MOST_DECISIONS = 3_000;
const FREEZE = "/apps/site/environments/production";

describe("a disk that is full", () => {
  let user: User;
  let disk: SmallDisk;
  let visitors: Visitors;
  const acknowledged: string[] = [];

  beforeAll(async () => {
    user = await User.withApp(app("1"));
    disk = await SmallDisk.at(user.dataDirectory, MEGABYTES);
    user.through = disk.through(user.app);
    await user.up();
    await user.live("one");
    await user.write({ "version.js": 'export const version = "2";\n' });
    await user.live("two");
    visitors = new Visitors(user.ready?.gateway ?? "", "site.test");
  });
  afterAll(async () => {
    await visitors.stop();
    await user.leave();
    disk.close();
  });

  const pid = async () => (JSON.parse((await visited()).body) as { pid: number }).pid;
  const visited = () => visit(user.ready?.gateway ?? "", "site.test");
  const probe = async (path: string) => {
    const answer = await fetch(`${user.ready?.api}${path}`);
    return { status: answer.status, text: await answer.text() };
  };

  async function decide(n: number) {
    const verb = n % 2 === 0 ? "freeze" : "unfreeze";
    const commandId = `full-${n}`;
    const answer = await user.api<{ error?: { code: string; message: string } }>(
      "POST",
      `${FREEZE}/${verb}`,
      { commandId, reason: "r".repeat(500) },
    );
    if (answer.status === 200) acknowledged.push(commandId);
    return answer;
  }

  it("refuses decisions, says why, and tells so on /readyz", async () => {
    expect((await probe("/readyz")).status).toBe(200);
    disk.fill();
    let answer = await decide(0);
    for (let n = 1; answer.status === 200 && n < MOST_DECISIONS; n++) answer = await decide(n);
    expect(answer.status).toBe(503);
    expect(answer.body.error).toMatchObject({ code: "unavailable" });
    const { message = "" } = answer.body.error ?? {};
    expect(message).toContain("verdigris.db can't grow");
    expect(message).toContain("Nothing was changed; make room on the disk.");
    const ready = await probe("/readyz");
    expect(ready.status).toBe(503);
    expect(ready.text).toContain("make room on the disk");
    expect((await probe("/healthz")).status).toBe(200);
  });

  it("makes the local cloud refuse changes whole, and answer and serve as before", async () => {
    const client = new CloudClient(disk.path("cloud"));
    const record = { type: "A", ttlSeconds: 1, values: ["127.0.0.9"] } as const;
    const long = Array.from({ length: 200 }, (_, n) => ({ ...record, name: `h${n}.site.test` }));
    const names = long.map(({ name }) => name);
    const change = client.apply({ remove: [], add: long });
    await expect(change).rejects.toThrow(/could not be saved .*ENOSPC.*Answers are as they were/);
    expect(await client.records(names)).toEqual([]);
    // Its request counts can't be saved: it says so in its log, which can't be written either.
    expect(await client.service("site/production/blue")).toMatchObject({ requests: {} });
    expect((await visited()).status).toBe(200);
    client.close();
  });

  it("refuses a push, and the repository is as it was", async () => {
    const refs = await user.git("ls-remote", user.ready?.git ?? "");
    await user.write({ "large.txt": Array.from({ length: 2_000 }, Math.random).join() });
    await user.git("checkout", "--quiet", "-B", "three");
    await user.git("add", "--all");
    await user.git("commit", "--quiet", "-m", "Work on three");
    const push = await user.tryGit("push", "--quiet", user.ready?.git ?? "", "three");
    expect(push.code).not.toBe(0);
    expect(push.stderr).toMatch(/No space left on device/);
    expect(await user.git("ls-remote", user.ready?.git ?? "")).toBe(refs);
  });

  it("goes on by itself once there is room again, and nothing acknowledged is lost", async () => {
    const [operator, task] = [user.upPid, await pid()];
    disk.free();
    await until("readiness", async () => (await probe("/readyz")).status === 200 || undefined);
    await decide(MOST_DECISIONS);
    await decide(MOST_DECISIONS + 1);
    const { body } = await user.api<HistoryEntry[]>("GET", `${FREEZE}/history?limit=500`);
    const known = new Set(body.map(({ commandId }) => commandId));
    expect(acknowledged.slice(-400).filter((id) => !known.has(id))).toEqual([]);
    const before = (await user.environment()).lastFlip?.id;
    await user.api("POST", `${FREEZE}/unfreeze`, { commandId: "last" });
    await user.json("revert", "production");
    await user.flipped(before);
    await user.pushBranch("four");
    await visitors.stop();
    expect(visitors.failures).toEqual([]);
    expect(visitors.visits.length).toBeGreaterThan(100);
    expect(user.upPid).toBe(operator);
    expect(task).toBeGreaterThan(0);
    for (const line of readFileSync(disk.path("logs", "operator.log"), "utf8").split("\n")) {
      expect(line).not.toContain("unhandled");
    }
  });

  it("lets nothing be started, and names the disk instead of a stack", async () => {
    await user.cli("down");
    disk.fill();
    const said = await user.cli("up", "--port=0", "--api-port=0", "--dns-port=0");
    expect(said.code).toBe(1);
    expect(said.stderr).toMatch(/^failed: /);
    expect(said.stderr).not.toMatch(/defect|\n {4}at /);
    expect(said.stderr).toMatch(/no space left|disk/i);
    disk.free();
    await user.up();
    await until("the app to answer", async () => (await visited()).status === 200 || undefined);
  });
});
