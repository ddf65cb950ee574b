import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { commitStatusesContract } from "../../ports/commit-statuses.contract.ts";
import { ManualClock } from "../memory/manual-clock.ts";
import { type FakeGitHub, type FakeRepository, fakeGitHub, TOKEN } from "./github.fixture.ts";
import { GitHubClient } from "./github-client.ts";
import { GitHubCommitStatuses } from "./github-commit-statuses.ts";

const COMMIT = "3f2a9c1e".repeat(5);

commitStatusesContract("GitHubCommitStatuses", async () => {
  const github = await fakeGitHub();
  github.repository("acme/rainbow", [COMMIT]);
  return {
    statuses: statusesOn(github),
    apps: ["rainbow", "moon"],
    close: () => github.stop(),
  };
});

describe("GitHubCommitStatuses", () => {
  let github: FakeGitHub;
  let repository: FakeRepository;

  beforeEach(async () => {
    github = await fakeGitHub();
    repository = github.repository("acme/rainbow", [COMMIT]);
  });

  afterEach(() => github.stop());

  test("is a check of its own, which a rule for a branch can require", async () => {
    await statusesOn(github).set("rainbow", COMMIT, passed("8 tests"));
    expect(repository.statuses.get(COMMIT)).toMatchObject([
      { state: "success", context: "verdigris/rainbow", description: "#12 8 tests" },
    ]);
  });

  test("finds its own among many", async () => {
    const statuses = statusesOn(github);
    await statuses.set("rainbow", COMMIT, passed("first"));
    const others = Array.from({ length: 250 }, (_, i) => ({
      ...{ id: 1000 + i, state: "failure", description: null, context: `ci/${i}` },
    }));
    repository.statuses.set(COMMIT, [...others, ...(repository.statuses.get(COMMIT) ?? [])]);
    expect(await statuses.get("rainbow", COMMIT)).toEqual(passed("first"));
    expect(github.requests.at(-1)?.query).toEqual({ per_page: "100", page: "3" });
  });

  test("takes nobody else's word for its own", async () => {
    const statuses = statusesOn(github);
    const context = "verdigris/rainbow";
    repository.statuses.set(COMMIT, [{ id: 1, state: "success", description: "fine", context }]);
    expect(await statuses.get("rainbow", COMMIT)).toBeUndefined();
  });

  test("cuts a long description, and says so", async () => {
    const statuses = statusesOn(github);
    await statuses.set("rainbow", COMMIT, passed("ü".repeat(500)));
    const found = await statuses.get("rainbow", COMMIT);
    expect(found?.description).toMatch(/^ü{135}…$/);
  });

  test("fails where the repository isn't there, instead of knowing nothing", async () => {
    const statuses = statusesOn(github, "acme/elsewhere");
    await expect(statuses.get("rainbow", COMMIT)).rejects.toThrow("404");
    await expect(statuses.set("rainbow", COMMIT, passed("x"))).rejects.toThrow("404");
  });

  test("asks nobody about a repository of another host", async () => {
    const client = new GitHubClient({ token: TOKEN, baseUrl: github.baseUrl, clock: clock() });
    const statuses = new GitHubCommitStatuses(client, async () => "evil.example.com/acme/rainbow");
    await expect(statuses.set("rainbow", COMMIT, passed("x"))).rejects.toThrow(
      "has no repository on",
    );
    expect(github.requests).toEqual([]);
  });

  test("sets a status although a first attempt has broken", async () => {
    github.next("cut after");
    const time = clock();
    const setting = statusesOn(github, "acme/rainbow", time).set("rainbow", COMMIT, passed("x"));
    await Promise.all([setting, until(() => time.pending === 1).then(() => time.advance(10_000))]);
    expect(repository.statuses.get(COMMIT)).toHaveLength(2);
  });
});

function passed(description: string) {
  return { state: "passed", run: 12, description } as const;
}

function clock(): ManualClock {
  return new ManualClock(Date.parse("2026-01-01T12:00:00Z"));
}

function statusesOn(github: FakeGitHub, name = "acme/rainbow", time = clock()) {
  const client = new GitHubClient({ token: TOKEN, baseUrl: github.baseUrl, clock: time });
  return new GitHubCommitStatuses(client, async () => `${github.host}/${name}`);
}

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`never: ${holds}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
