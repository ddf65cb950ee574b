import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { CloudClient } from "../../src/adapters/local/cloud/cloud-client.ts";
import { processesOf } from "../../src/cloud/tasks/observe.fixture.ts";
import type { EnvironmentView, RunView } from "../../src/contract/api.ts";
import { type Difficulty, difficultApp } from "../support/difficult-app.ts";
import { User, until } from "../support/machine.ts";
import { type Visited, visit } from "../support/visit.ts";
import { Visitors } from "../support/visitors.ts";

const HOST = "site.test";

/** One world; each test begins with what the one before left. */
describe("an app that", () => {
  let user: User;
  let unanswered: Promise<Visited>;

  beforeAll(async () => {
    user = await User.withApp(difficultApp("none"));
    await user.up();
    await live("none");
  });
  afterAll(() => user.leave());

  const ask = (path = "/", host = HOST) => visit(user.ready?.gateway ?? "", host, path);
  const served = async () => JSON.parse((await ask()).body) as { side: string; pid: number };
  const status = async () => (await user.cli("status", "production")).stdout;

  /** Merges an app with this difficulty. */
  async function release(difficulty: Difficulty): Promise<number> {
    await user.write(difficultApp(difficulty));
    return user.release(difficulty.replaceAll(" ", "-"));
  }

  async function live(difficulty: Difficulty): Promise<EnvironmentView> {
    const { lastFlip } = await user.environment();
    await release(difficulty);
    return user.flipped(lastFlip?.id);
  }

  async function ended(number: number): Promise<RunView> {
    return until(`run ${number} to end`, async () => {
      const run = await user.run(number);
      return run.outcome === "running" ? undefined : run;
    });
  }

  function statusSays(wanted: RegExp): Promise<string> {
    return until(`the status to say ${wanted}`, async () => {
      const said = await status();
      return wanted.test(said) ? said : undefined;
    });
  }

  it("leaks until it dies is started again, while its other task serves and the status tells why", async () => {
    const dead = await ask("/leak");
    expect(dead.status).toBe(502);
    for (let visits = 0; visits < 10; visits++) expect((await ask()).status).toBe(200);
    await statusSays(
      /2\/2 healthy +1 restart, the last \d+s ago: blue-\d was ended by SIGABRT: FATAL ERROR: .*out of memory/,
    );
  });

  it("hangs gets no more requests, and that task is ended and started again, as the status tells", async () => {
    const hung = ask("/hang").catch(() => undefined);
    await statusSays(/1\/2 healthy/);
    const pids = new Set<number>();
    for (let visits = 0; visits < 10; visits++) pids.add((await served()).pid);
    expect(pids.size).toBe(1);
    await statusSays(
      /2\/2 healthy +\d restarts?, the last \d+s ago: blue-\d gave no answer to GET \/health 10 times in a row and was ended/,
    );
    await hung;
  });

  it("answers its health check and nothing else goes live, and a revert brings back the old side", async () => {
    const { live: side } = await live("never answers");
    expect((await user.environment()).sides[side]?.tasks).toMatchObject({ wanted: 2, healthy: 2 });
    unanswered = visit(user.ready?.gateway ?? "", HOST, "/", 120_000);
    await user.json("revert", "production", "--wait", "caches-expired");
    expect((await served()).side).not.toBe(side);
  });

  describe("never becomes healthy", () => {
    let before: EnvironmentView;
    let visitors: Visitors;
    let standby: string;

    beforeAll(async () => {
      await user.flipped(undefined);
      before = await user.environment();
      standby = before.standby ?? "";
      visitors = new Visitors(user.ready?.gateway ?? "", HOST, 4);
    });

    const listening = String.raw`127\.0\.0\.1:\d+ \(\$HOST:\$PORT\)`;
    it.each<[Difficulty, string]>([
      [
        "too slow to start",
        `not healthy within 4 s: nothing listens on ${listening}; its last line: warming the cache`,
      ],
      [
        "exits at once",
        String.raw`exited with code 3: no database: DATABASE_URL is empty \(start 3 of 3\)`,
      ],
      [
        "never listens",
        `not healthy within 4 s: nothing listens on ${listening}; it has written nothing`,
      ],
      [
        "listens on the wrong port",
        String.raw`not healthy within 4 s: nothing listens on ${listening}, but it listens on 127\.0\.0\.1:\d+;`,
      ],
      ["fails its health check", "not healthy within 4 s: GET /health answered 503"],
      ["leaks before it is healthy", ".*FATAL ERROR: .*out of memory"],
    ])(
      "because it %s is told by that, and both sides keep what they run",
      async (difficulty, why) => {
        const run = await ended(await release(difficulty));
        const reason = new RegExp(`${standby}-\\d+ (was )?${why}`);
        expect(run).toMatchObject({ outcome: "failed", because: expect.stringMatching(reason) });
        expect(await status()).toMatch(
          new RegExp(`deployment of ${run.release} failed: ${reason.source}`),
        );
        expect((await user.cli("runs", String(run.number))).stdout).toMatch(reason);
        const after = await user.environment();
        expect(after.live).toBe(before.live);
        for (const side of ["blue", "green"] as const) {
          const { deployment: _, ...kept } = after.sides[side] ?? {};
          expect(before.sides[side]).toMatchObject({ ...kept });
        }
      },
    );

    it("takes nothing from those who visit the live side", async () => {
      await visitors.stop();
      expect(visitors.failures).toEqual([]);
      expect(new Set(visitors.visits.map(({ side }) => side))).toEqual(new Set([before.live]));
    });
  });

  it("accepts and never answers costs a visitor no more than the load balancer's patience", async () => {
    const { status: code, body } = await unanswered;
    expect(code).toBe(504);
    expect(body).toMatch(/did not begin a response in time/);
  });

  it("takes many health checks to start is waited for", async () => {
    const { live: side, sides } = await live("slow to start");
    expect((await served()).side).toBe(side);
    const { startedAt = "", finishedAt = "" } = sides[side]?.deployment ?? {};
    expect(Date.parse(finishedAt) - Date.parse(startedAt)).toBeGreaterThan(2000);
  });

  it("fails requests with 500 is undone by a revert within the TTL, to tasks that were left alone", async () => {
    const before = new Set([(await served()).pid, (await served()).pid]);
    await live("fails requests");
    expect(await ask()).toEqual({ status: 500, body: "no such table" });
    const { live: broken } = await user.environment();
    await user.json("revert", "production", "--wait", "in-sync");
    const inSync = Date.now();
    await until("an answer of the old side", async () => {
      const { status } = await ask();
      if (status === 500) expect(Date.now()).toBeLessThan(inSync + 2000);
      return status === 200 || undefined;
    });
    const { side, pid } = await served();
    expect(side).not.toBe(broken);
    expect(before).toContain(pid);
    expect((await ask("/", "standby.site.test")).status).toBe(500);
    await user.flipped(undefined);
  });

  it("closes connections at random fails no request, and one that writes without end fills no disk", async () => {
    const { live: side } = await live("closes connections and writes without end");
    const visitors = new Visitors(user.ready?.gateway ?? "", HOST, 4);
    const rotated = await until("three rotations", async () => {
      const logs = logsOf(user, side);
      return logs.some(({ name }) => name.endsWith(".log.3")) ? logs : undefined;
    });
    await visitors.stop();
    expect(visitors.failures).toEqual([]);
    expect(visitors.visits.length).toBeGreaterThan(100);
    const older = rotated.filter(({ name }) => /\.log\.\d$/.test(name));
    expect(
      older.filter(({ name, bytes }) => bytes > 21 * 2 ** 20 || !/\.[123]$/.test(name)),
    ).toEqual([]);
  });

  it("ignores SIGTERM and leaves children is ended by `down`, which lets requests in flight finish", async () => {
    const { live: side } = await live("ignores SIGTERM and leaves children");
    const cloud = join(user.dataDirectory, "cloud");
    expect((await processesOf(cloud)).length).toBeGreaterThan(4);
    const slow = ask("/slow");
    const cloudClient = new CloudClient(cloud);
    await until("the slow request to be open", async () => {
      const service = await cloudClient.service(`site/production/${side}`);
      return service?.requests.open === 1 || undefined;
    });
    cloudClient.close();
    const down = await user.cli("down");
    expect(down.code, down.stderr).toBe(0);
    expect((await slow).status).toBe(200);
    expect(await processesOf(cloud)).toEqual([]);
  });
});

function logsOf(user: User, side: string): readonly { name: string; bytes: number }[] {
  const folder = join(user.dataDirectory, "cloud", "logs", `site%2Fproduction%2F${side}`);
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return names
    .filter((name) => /\.log(\.\d+)?$/.test(name))
    .map((name) => ({
      name,
      bytes: statSync(join(folder, name), { throwIfNoEntry: false })?.size ?? 0,
    }));
}
