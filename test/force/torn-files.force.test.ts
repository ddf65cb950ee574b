import { execFileSync } from "node:child_process";
import { readdirSync, rmSync } from "node:fs";
import { join, relative } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { findProcess } from "../../src/cloud/tasks/process-table.ts";
import type { EnvironmentView, HistoryEntry } from "../../src/contract/api.ts";
import { app } from "../support/apps.ts";
import { DAMAGES, damage } from "../support/damage.ts";
import { User, until } from "../support/machine.ts";
import { visit } from "../support/visit.ts";

/**
 * What a damaged file leads to. In every case a start either finds everything that was acknowledged, or
 * is refused with the file's name and what to do.
 */
type Expectation =
  /** Everything is found: the file holds nothing that was acknowledged, or is made anew. */
  | "recovers"
  /** The start is refused. */
  | "refused"
  /** Either, depending on where the damage is. */
  | "either"
  /** Everything but what git holds is found, and git names the damage or isn't harmed by it. */
  | "git tells"
  /** Everything is found, but what the app itself makes of its file is the app's matter. */
  | "app's own"
  /** Everything is found, or the table is behind the zone and every change is blocked for it. */
  | "older table";

const EXPECTED: readonly (readonly [RegExp, Expectation])[] = [
  [/^\.gitignore$/, "recovers"],
  [/^client\.json$/, "recovers"],
  [/^(operator\.lock|cloud\/lock)(\.pid|-journal)$/, "recovers"],
  [/^(cloud\/)?logs\/.*\.log$/, "recovers"],
  [/^cloud\/instance$/, "recovers"],
  [/^git\/.*\/hooks\/(pre|post)-receive$/, "recovers"],
  [/^git\/.*\/refs\/verdigris\/(status|merges)\/\w+$/, "recovers"],
  [/^verdigris\.db-shm$/, "recovers"],
  [/^(operator\.lock|cloud\/lock)$/, "refused"],
  [/^(layout|machine)\.json$/, "refused"],
  [/^cloud\/(zones|listeners)\.json$/, "refused"],
  [/^cloud\/services\/.*\.json$/, "refused"],
  [/^verdigris\.db$/, "either"],
  [/^git\/.*\/HEAD$/, "recovers"],
  [/^git\/.*\/config$/, "either"],
  [/^git\/.*\/refs\/heads\/\w+$/, "either"],
  [/^verdigris\.db-wal$/, "older table"],
  [/^git\/.*\/objects\/\w\w\/\w+$/, "git tells"],
  [/^build\/artifacts\//, "app's own"],
];

/** Sockets, and folders of what is being done, which nobody reads. */
const NO_STATE = [/^cloud\/control\.sock$/, /^build\/builds\//];

let user: User;
let kept: string;
let before: EnvironmentView;
let history: number;
let master: string;

beforeAll(async () => {
  user = await User.withApp(app("1"));
  await user.up();
  await user.live("one");
  before = await user.environment();
  history = (await decisions()).length;
  master = await masterOf(user.ready?.git ?? "");
  // Killed, so that write-ahead log and lock journals are there.
  const cloud = cloudPid() ?? 0;
  await user.endUp("SIGKILL");
  process.kill(cloud, "SIGKILL");
  await until("the local cloud to be gone", async () => !isRunning(cloud) || undefined);
  await user.cli("down");
  kept = join(user.home, "kept");
  copy(user.dataDirectory, kept);
});
afterAll(() => user.leave());
afterEach(() => restore());

it("every file that a machine makes has an expectation", () => {
  const paths = filesIn(kept);
  expect(paths.length).toBeGreaterThan(30);
  expect(paths.filter((path) => expectationOf(path) === undefined)).toEqual([]);
  const used = EXPECTED.filter(([pattern]) => paths.some((path) => pattern.test(path)));
  expect(used).toEqual(EXPECTED);
});

describe.each(DAMAGES)("what is %s", (how) => {
  it("is no loss where nothing acknowledged was in it", async () => {
    await restore();
    for (const path of filesExpected("recovers")) damage(join(user.dataDirectory, path), how);
    await user.up();
    await expectEverything();
    await expectMaster();
  });

  it("is named, and nothing is started, where state was in it", async () => {
    for (const path of filesExpected("refused")) {
      await restore();
      if (damage(join(user.dataDirectory, path), how)) await expectRefusal(path);
    }
  });

  it("is named or no loss, where it depends", async () => {
    for (const path of filesExpected("either")) {
      await restore();
      if (!damage(join(user.dataDirectory, path), how)) continue;
      if (!(await starts())) await expectRefusal(path);
      else {
        await expectEverything();
        await expectMaster();
      }
    }
  });

  it("shows where it takes acknowledged decisions from the table", async () => {
    for (const path of filesExpected("older table")) {
      await restore();
      if (!damage(join(user.dataDirectory, path), how)) continue;
      if (!(await starts())) await expectRefusal("verdigris.db");
      else if ((await decisions()).length === history) await expectEverything();
      else await expectBehind();
    }
  });
});

describe("a damaged file of", () => {
  it("git's objects is told of by git, and everything else is there", async () => {
    for (const [n, path] of filesExpected("git tells").entries()) {
      await restore();
      damage(join(user.dataDirectory, path), DAMAGES[n % DAMAGES.length] ?? "emptied");
      if (!(await starts())) await expectRefusal("git/site.git", /object|commit/);
      else {
        await expectEverything();
        const cloned = await clone();
        if (cloned.code === 0) await expectMaster();
        else expect(cloned.stderr).toMatch(/corrupt|is empty|garbage|unable to|missing|inflate/);
      }
    }
  });

  it("a build leaves everything on record as it was", async () => {
    await restore();
    for (const [n, path] of filesExpected("app's own").entries()) {
      damage(join(user.dataDirectory, path), DAMAGES[n % DAMAGES.length] ?? "emptied");
    }
    await user.up();
    await expectRecords();
  });
});

function filesIn(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() || entry.isSocket())
    .map((entry) => relative(folder, join(entry.parentPath, entry.name)))
    .filter((path) => !NO_STATE.some((pattern) => pattern.test(path)))
    .sort();
}

function expectationOf(path: string): Expectation | undefined {
  return EXPECTED.find(([pattern]) => pattern.test(path))?.[1];
}

function filesExpected(expectation: Expectation): readonly string[] {
  return filesIn(kept).filter((path) => expectationOf(path) === expectation);
}

/** Everything stopped, and the directory as it was left. */
async function restore(): Promise<void> {
  await user.endUp("SIGKILL");
  if (cloudPid() !== undefined) await user.cli("down");
  execFileSync("chmod", ["-R", "u+w", user.dataDirectory]);
  rmSync(user.dataDirectory, { recursive: true, force: true });
  copy(kept, user.dataDirectory);
}

/** With modes, times and sockets. */
function copy(from: string, to: string): void {
  execFileSync("cp", ["-a", from, to]);
}

let refusal = "";
/** Whether `up` gets ready; if not, what it said is in `refusal`. */
async function starts(): Promise<boolean> {
  try {
    await user.up();
    return true;
  } catch (error) {
    refusal = (error as Error).message;
    return false;
  }
}

async function expectRefusal(path: string, ...more: readonly RegExp[]): Promise<void> {
  if (refusal === "") expect(await starts(), `up with damaged ${path}`).toBe(false);
  const said = refusal;
  refusal = "";
  expect(said).toMatch(/^up ended with 1: failed: /);
  expect(said).toContain(path);
  expect(said).not.toMatch(/defect of verdigris|\n {4}at /);
  expect(said).toMatch(/restore|put|remove|write|move|bring|mend|failed with exit code/i);
  for (const pattern of more) expect(said).toMatch(pattern);
}

async function expectEverything(): Promise<void> {
  await expectRecords();
  const gateway = user.ready?.gateway ?? "";
  await until("the app to answer", async () => {
    const { status, body } = await visit(gateway, "site.test");
    return (
      (status === 200 && (JSON.parse(body) as { version: string }).version === "1") || undefined
    );
  });
}

async function expectRecords(): Promise<void> {
  const { sides, ...rest } = await user.environment();
  const { sides: sidesBefore, ...restBefore } = before;
  expect(rest).toEqual(restBefore);
  expect(sides.blue?.release).toEqual(sidesBefore.blue?.release);
  expect((await decisions()).length).toBe(history);
}

/** The zone obeys a decision that the table has lost: nothing is changed until a person has looked. */
async function expectBehind(): Promise<void> {
  await until("the loss to show", async () => {
    const { records, drift } = await user.environment();
    return records.phase === "blocked" || drift.length > 0 || undefined;
  });
  expect((await visit(user.ready?.gateway ?? "", "site.test")).status).not.toBe(404);
}

async function decisions(): Promise<readonly HistoryEntry[]> {
  const path = "/apps/site/environments/production/history?limit=500";
  return (await user.api<HistoryEntry[]>("GET", path)).body;
}

async function expectMaster(): Promise<void> {
  expect(await masterOf(user.ready?.git ?? "")).toBe(master);
}

async function masterOf(repository: string): Promise<string> {
  return user.git("ls-remote", repository, "refs/heads/master");
}

async function clone() {
  const target = join(user.home, "clone");
  rmSync(target, { recursive: true, force: true });
  return user.tryGit("clone", "--quiet", "--no-local", user.ready?.git ?? "", target);
}

function cloudPid(): number | undefined {
  const lines = execFileSync("ps", ["-eo", "pid=,args="], { encoding: "utf8" }).split("\n");
  const found = lines.find((line) => line.includes("local-cloud") && line.includes(user.app));
  return found === undefined ? undefined : Number(found.trim().split(" ")[0]);
}

function isRunning(pid: number): boolean {
  return findProcess(pid)?.zombie === false;
}
