import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { findProcess } from "../src/cloud/tasks/process-table.ts";
import { app } from "./support/apps.ts";
import { User, until } from "./support/machine.ts";
import { visit } from "./support/visit.ts";
import { Visitors } from "./support/visitors.ts";

describe("a process that is killed", () => {
  let user: User;
  let visitors: Visitors;

  beforeAll(async () => {
    user = await User.withApp(app("1"));
    await user.up();
    await user.live("one");
    await user.write({ "version.js": 'export const version = "2";\n' });
  });
  beforeEach(() => {
    visitors = new Visitors(user.ready?.gateway ?? "", "site.test");
  });
  afterEach(() => visitors.stop());
  afterAll(() => user.leave());

  it("is no loss when it is the operator in a deployment: the next start finishes it", async () => {
    const run = await user.release("two");
    await until("a deployment to begin", async () => {
      const { jobs } = await user.run(run);
      return jobs.some((job) => job.kind === "deploy" && job.state === "running") || undefined;
    });
    await user.endUp("SIGKILL");
    const { live } = await restarted(user);
    expect(await user.asked(run)).toBeDefined();
    await visitors.stop();
    expect(visitors.failures).toEqual([]);
    expect(new Set(visitors.visits.map(({ side }) => side))).toEqual(new Set([live]));
  });

  it("is no loss when it is the operator in a flip: traffic is on one whole side throughout", async () => {
    const { live: before, lastFlip, request } = await user.environment();
    await user.json("approve", request?.id ?? "");
    await until("the flip to be decided", async () => {
      const view = await user.environment();
      return view.flip !== undefined || view.live !== before ? true : undefined;
    });
    await user.endUp("SIGKILL");
    await restarted(user);
    const settled = await user.flipped(lastFlip?.id);
    await visitors.stop();
    expect(settled.live).not.toBe(before);
    expect(visitors.failures).toEqual([]);
    const lastBefore = visitors.lastOn(before);
    const inSync = Date.parse(settled.lastFlip?.reached["in-sync"] ?? "");
    expect(lastBefore - inSync).toBeLessThanOrEqual(2000);
  });

  it("is no loss when it is the local cloud: its tasks go on and it comes back as it was", async () => {
    await visitors.stop();
    const before = await whoServes(user);
    const pid = cloudPid(user);
    process.kill(pid, "SIGKILL");
    const after = await until("the gateway to answer again", () =>
      whoServes(user).catch(() => undefined),
    );
    expect(after).toEqual(before);
    expect(cloudPid(user)).not.toBe(pid);
    const { lastFlip } = await user.environment();
    await user.json("revert", "production");
    expect((await user.flipped(lastFlip?.id)).live).not.toBe(before.side);
  });

  it("leaves DNS, load balancers and the app alone when it is the operator and stays away", async () => {
    await user.endUp("SIGTERM");
    const served = visitors.visits.length;
    await until("more visits", async () => visitors.visits.length > served + 50 || undefined);
    await visitors.stop();
    expect(visitors.failures).toEqual([]);
  });

  it("leaves tasks that `down` still finds and ends when it is everything but them at once", async () => {
    await restarted(user);
    const { pid } = await whoServes(user);
    const cloud = cloudPid(user);
    await user.endUp("SIGKILL");
    process.kill(cloud, "SIGKILL");
    expect(isRunning(pid)).toBe(true);
    const down = await user.cli("down", "--json");
    expect(JSON.parse(down.stdout)).toEqual({ operator: false, cloud: true });
    expect(isRunning(pid)).toBe(false);
    const again = await user.cli("down", "--json");
    expect(JSON.parse(again.stdout)).toEqual({ operator: false, cloud: false });
  });
});

function isRunning(pid: number): boolean {
  return findProcess(pid)?.zombie === false;
}

async function restarted(user: User) {
  await user.up();
  return user.environment();
}

async function whoServes(user: User): Promise<{ side: string; pid: number }> {
  const { status, body } = await visit(user.ready?.gateway ?? "", "site.test");
  if (status !== 200) throw new Error(body);
  const { side, pid } = JSON.parse(body) as { side: string; pid: number };
  return { side, pid };
}

/** The process that runs `local-cloud` for this user's data directory. */
function cloudPid(user: User): number {
  const found = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" })
    .split("\n")
    .find((line) => line.includes("local-cloud") && line.includes(user.dataDirectory));
  return Number(found?.trim().split(" ")[0] ?? readFileSync(join(user.dataDirectory, "none")));
}
