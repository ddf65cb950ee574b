import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../../test/support/engine.ts";
import {
  approved,
  blueGreen,
  by,
  deployed,
  done,
  execute,
  memoryEngine,
  rainbow,
  release,
  single,
  started,
} from "../../../test/support/engine.ts";
import { MemoryNotifier } from "../../adapters/memory/memory-notifier.ts";
import type { AppConfiguration } from "../../domain/app/configuration.ts";
import type { Notice } from "../../ports/notifier.ts";
import { NoticeRefused } from "../../ports/notifier.ts";
import type { RunningOperator } from "../create-operator.ts";
import { followNotices } from "./follow-notices.ts";

const WITH_REPOSITORY = { ...rainbow(), repository: "github.com/acme/rainbow" };

let engine: Engine;
let operator: RunningOperator;
let stopping: AbortController;
let following: Promise<void>;

beforeEach(() => {
  engine = memoryEngine();
  stopping = new AbortController();
  following = Promise.resolve();
});

afterEach(async () => {
  stopping.abort();
  await following;
  await operator.stop();
});

describe("a follower of decisions", () => {
  it("tells a deployment to the standby by its preview, and one in place by its record", async () => {
    const notifier = await begun();
    await deployed(engine, operator, "a");
    const deploy = { type: "deploy", release: release("b"), meta: by("ci") } as const;
    await done(execute(operator, deploy, "rainbow/test"));
    await engine.clock.advance(1_000);
    expect(shown(notifier)).toEqual([
      "production/standby aaaaaaa succeeded https://standby.rainbow.test",
      "test bbbbbbb succeeded https://test.rainbow.test",
    ]);
  });

  it("tells that a deployment has begun, and why it failed", async () => {
    const notifier = await begun();
    engine.runtime.failing.set(release("a").artifact.digest, "exit 7");
    const told = recorded(notifier);
    await done(execute(operator, { type: "deploy", release: release("a"), meta: by("ci") }));
    await engine.clock.advance(1_000);
    expect(told.map(({ state }) => state)).toEqual(["running", "failed"]);
    expect(told.at(-1)?.description).toContain("exit 7");
  });

  it("tells a request, its flip and that it is in sync, by the record's own name", async () => {
    const notifier = await begun();
    await deployed(engine, operator, "a");
    const told = recorded(notifier);
    await approved(operator);
    await engine.clock.advance(10);
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(1_000);
    const states = told.filter(({ place }) => place === "production").map(({ state }) => state);
    expect([...new Set(states)]).toEqual(["waiting", "running", "succeeded"]);
    expect(shown(notifier)).toEqual([
      "production/standby aaaaaaa over https://standby.rainbow.test",
      "production aaaaaaa succeeded https://rainbow.test",
    ]);
  });

  it("tells a revert, whose release takes the place of the other", async () => {
    const notifier = await begun();
    for (const [letter, to] of [
      ["a", "blue"],
      ["b", "green"],
    ] as const) {
      await deployed(engine, operator, letter);
      await approved(operator);
      await done(execute(operator, { type: "flip", to, meta: by("ben") }));
      await engine.clock.advance(200_000);
    }
    await done(execute(operator, { type: "revert", meta: by("ben") }));
    await engine.clock.advance(200_000);
    const live = shown(notifier).filter((line) => line.startsWith("production "));
    expect(live).toEqual([
      "production aaaaaaa over https://rainbow.test",
      "production bbbbbbb over https://rainbow.test",
      "production aaaaaaa succeeded https://rainbow.test",
    ]);
  });

  it("tells that nothing comes of a request that is void", async () => {
    const notifier = await begun();
    await deployed(engine, operator, "a");
    await approved(operator);
    await engine.clock.advance(10);
    await deployed(engine, operator, "b");
    const [request] = [...notifier.notices.values()].filter(({ place }) => place === "production");
    expect(request).toMatchObject({ state: "over", commit: "a".repeat(40) });
  });

  it("tells each step of a flip that takes several, and succeeds with the last", async () => {
    const steps = [
      { weight: 10, bakeSeconds: 60 },
      { weight: 100, bakeSeconds: 0 },
    ];
    const { flip } = blueGreen();
    const production = blueGreen({ flip: { ...flip, steps } });
    const notifier = await begun({ ...WITH_REPOSITORY, environments: { production } });
    await deployed(engine, operator, "a");
    await approved(operator);
    const told = recorded(notifier);
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(30_000);
    expect(told.at(-1)).toMatchObject({
      state: "running",
      description: expect.stringContaining("10%"),
    });
    await engine.clock.advance(200_000);
    expect(told.at(-1)).toMatchObject({ state: "succeeded" });
  });

  it("tells at its start what was decided before", async () => {
    operator = await started(engine, WITH_REPOSITORY);
    await deployed(engine, operator, "a");
    const notifier = await follow(operator);
    await engine.clock.advance(1_000);
    expect(shown(notifier)).toEqual([
      "production/standby aaaaaaa succeeded https://standby.rainbow.test",
    ]);
  });

  it("tells nothing twice while it runs", async () => {
    const notifier = await begun();
    await deployed(engine, operator, "a");
    const told = recorded(notifier);
    await engine.clock.advance(700_000);
    expect(told).toEqual([]);
  });

  it("tells nothing of an app that names no repository", async () => {
    const notifier = await begun(rainbow({ test: single(), production: blueGreen() }));
    await deployed(engine, operator, "a");
    await engine.clock.advance(700_000);
    expect(notifier.notices.size).toBe(0);
  });

  it("tries again when telling has failed, and tells in the end", async () => {
    const notifier = await begun();
    let failures = 3;
    const tell = notifier.tell.bind(notifier);
    notifier.tell = async (notice) => {
      failures -= 1;
      if (failures >= 0) throw new Error("connection refused");
      await tell(notice);
    };
    await deployed(engine, operator, "a");
    await engine.clock.advance(60_000);
    expect(shown(notifier)).toHaveLength(1);
    expect(engine.logged.join()).toContain("connection refused");
  });

  it("gives up after six tries, until there is a new decision or a sweep", async () => {
    const notifier = await begun();
    let tries = 0;
    notifier.tell = async () => {
      tries += 1;
      throw new Error("connection refused");
    };
    await deployed(engine, operator, "a");
    await engine.clock.advance(500_000);
    expect(tries).toBeGreaterThanOrEqual(6);
    expect(tries).toBeLessThanOrEqual(8);
    expect(engine.logged.at(-1)).toMatch(
      /^error how rainbow\/production stands could not be told \{"tries":6/,
    );
    const before = tries;
    await engine.clock.advance(700_000);
    expect(tries).toBeGreaterThan(before);
  });

  it("does not try again what was refused, and goes on with the rest", async () => {
    const notifier = await begun();
    const tell = notifier.tell.bind(notifier);
    const refused: Notice[] = [];
    notifier.tell = async (notice) => {
      if (notice.place !== "production/standby") return tell(notice);
      refused.push(notice);
      throw new NoticeRefused("No ref found");
    };
    await deployed(engine, operator, "a");
    const states = refused.length;
    await approved(operator);
    await engine.clock.advance(700_000);
    expect(refused.length).toBe(states);
    expect(shown(notifier)).toEqual(["production aaaaaaa waiting https://rainbow.test"]);
    expect(engine.logged.join()).toContain("No ref found");
  });

  it("begins anew where it was too slow for the feed, and misses nothing", async () => {
    operator = await started(engine, WITH_REPOSITORY);
    const losing = new AbortController();
    let feeds = 0;
    const notifier = await follow({
      ...operator,
      feed(signal: AbortSignal) {
        feeds += 1;
        return feeds === 1 ? lost(losing.signal) : operator.feed(signal);
      },
    });
    await deployed(engine, operator, "a");
    expect(shown(notifier)).toEqual([]);
    losing.abort();
    await engine.clock.advance(10);
    expect(shown(notifier)).toHaveLength(1);
    await deployed(engine, operator, "b");
    expect(shown(notifier)).toHaveLength(2);
  });

  it("ends with the signal, also in the middle of a pause", async () => {
    const notifier = await begun();
    notifier.tell = async () => {
      throw new Error("connection refused");
    };
    await deployed(engine, operator, "a");
    stopping.abort();
    await following;
  });
});

/** A started operator, followed by a notifier. */
async function begun(configuration = WITH_REPOSITORY as AppConfiguration): Promise<MemoryNotifier> {
  operator = await started(engine, configuration);
  return await follow(operator);
}

async function follow(
  followed: Pick<RunningOperator, "apps" | "environments" | "feed">,
): Promise<MemoryNotifier> {
  const notifier = new MemoryNotifier();
  const { clock, random, log } = engine.host;
  const { signal } = stopping;
  following = followNotices({ clock, random, log, notifier, signal, operator: followed });
  await engine.clock.advance(10);
  return notifier;
}

/** What is told from now on. */
function recorded(notifier: MemoryNotifier): Notice[] {
  const told: Notice[] = [];
  const tell = notifier.tell.bind(notifier);
  notifier.tell = async (notice) => {
    told.push(notice);
    await tell(notice);
  };
  return told;
}

function shown(notifier: MemoryNotifier): readonly string[] {
  return [...notifier.notices.values()].map(
    ({ place, commit, state, url }) => `${place} ${commit.slice(0, 7)} ${state} ${url}`,
  );
}

/** A feed that says nothing, and ends. */
async function* lost(end: AbortSignal): AsyncGenerator<never> {
  await new Promise((resolve) => end.addEventListener("abort", resolve));
  yield* [];
}
