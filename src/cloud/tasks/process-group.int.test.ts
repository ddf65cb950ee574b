import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { afterEach, beforeEach, expect, it } from "vitest";
import { until } from "./observe.fixture.ts";
import { endGroup, groupRuns, leaderRuns, signalGroup } from "./process-group.ts";
import { findProcess } from "./process-table.ts";

let child: ChildProcess;

beforeEach(() => {
  child = spawn("sh", ["-c", "sleep 60 & echo $!; wait"], {
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
});

afterEach(async () => {
  const leader = { pid: child.pid ?? 0, identity: findProcess(child.pid ?? 0)?.identity ?? "" };
  await endGroup(leader, 0);
});

function leaderOf({ pid = 0 }: ChildProcess) {
  return { pid, identity: findProcess(pid)?.identity ?? "" };
}

async function memberOf({ stdout }: ChildProcess): Promise<number> {
  const [line] = stdout ? await once(stdout, "data") : [];
  return Number(line);
}

it("ending a group ends every process in it", async () => {
  const member = await memberOf(child);
  const leader = leaderOf(child);
  expect(leaderRuns(leader)).toBe(true);
  await endGroup(leader, 5_000);
  expect(groupRuns(leader)).toBe(false);
  const left = findProcess(member);
  expect(left === undefined || left.zombie).toBe(true);
});

it("a group that ignores SIGTERM is ended when the grace is over", async () => {
  const deaf = spawn("sh", ["-c", 'trap "" TERM; echo ready; sleep 60 & wait'], {
    stdio: ["ignore", "pipe", "ignore"],
    detached: true,
  });
  const exited = once(deaf, "exit");
  await once(deaf.stdout, "data");
  await endGroup(leaderOf(deaf), 50);
  expect(groupRuns(leaderOf(deaf))).toBe(false);
  expect(await exited).toEqual([null, "SIGKILL"]);
});

it("a group runs on when its leader has ended", async () => {
  await memberOf(child);
  const leader = leaderOf(child);
  process.kill(leader.pid, "SIGKILL");
  await until("the leader's end", () => !leaderRuns(leader));
  expect(groupRuns(leader)).toBe(true);
  await endGroup(leader, 5_000);
  expect(groupRuns(leader)).toBe(false);
});

it("another process that has got the pid is neither taken for the leader nor signalled", async () => {
  await memberOf(child);
  const leader = leaderOf(child);
  const earlier = { ...leader, identity: "an earlier start" };
  expect(leaderRuns(earlier)).toBe(false);
  expect(groupRuns(earlier)).toBe(false);
  signalGroup(earlier, "SIGKILL");
  await endGroup(earlier, 0);
  expect(leaderRuns(leader)).toBe(true);
});
