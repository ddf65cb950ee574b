import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { notifierContract } from "../../ports/notifier.contract.ts";
import type { Notice } from "../../ports/notifier.ts";
import { NoticeRefused } from "../../ports/notifier.ts";
import { ManualClock } from "../memory/manual-clock.ts";
import { type FakeGitHub, type FakeRepository, fakeGitHub, TOKEN } from "./github.fixture.ts";
import { GitHubClient } from "./github-client.ts";
import { GitHubDeployments } from "./github-deployments.ts";

const COMMITS = ["a".repeat(40), "b".repeat(40)] as const;

notifierContract("GitHubDeployments", async () => {
  const github = await fakeGitHub();
  github.repository("acme/rainbow", COMMITS);
  return {
    notifier: deploymentsOn(github),
    apps: ["rainbow", "moon"],
    commits: COMMITS,
    close: () => github.stop(),
  };
});

describe("GitHubDeployments", () => {
  const NOTICE: Notice = {
    app: "rainbow",
    id: "rainbow/production/production-41",
    commit: COMMITS[0],
    place: "production",
    state: "running",
    description: "flip production-42 to green",
    url: "https://rainbow.example.com",
  };

  let github: FakeGitHub;
  let repository: FakeRepository;
  let deployments: GitHubDeployments;

  beforeEach(async () => {
    github = await fakeGitHub();
    repository = github.repository("acme/rainbow", COMMITS);
    deployments = deploymentsOn(github);
  });

  afterEach(() => github.stop());

  const history = (at = 0) => repository.deployments[at]?.history.map(({ state }) => state);

  test("makes one deployment, with a status and the environment's address for each state", async () => {
    await deployments.tell(NOTICE);
    await deployments.tell({ ...NOTICE, state: "succeeded", description: "in sync" });
    expect(repository.deployments).toMatchObject([
      {
        sha: COMMITS[0],
        environment: "production",
        task: "verdigris",
        payload: { app: "rainbow", notice: NOTICE.id },
        production_environment: true,
        history: [
          { state: "in_progress", environment_url: NOTICE.url, description: NOTICE.description },
          { state: "success", environment_url: NOTICE.url, description: "in sync" },
        ],
      },
    ]);
  });

  test.each([
    ["waiting", "queued"],
    ["running", "in_progress"],
    ["succeeded", "success"],
    ["failed", "failure"],
  ] as const)("calls %s %s", async (state, called) => {
    await deployments.tell({ ...NOTICE, state });
    expect(history()).toEqual([called]);
  });

  test("finds what another operator has told, and tells nothing twice", async () => {
    await deployments.tell(NOTICE);
    const other = deploymentsOn(github);
    await other.tell(NOTICE);
    expect(repository.deployments).toHaveLength(1);
    expect(history()).toEqual(["in_progress"]);
    await other.tell({ ...NOTICE, description: "flip production-42: step 2 of 2" });
    expect(history()).toEqual(["in_progress", "in_progress"]);
  });

  test("settles on the oldest where another operator makes one at the same time", async () => {
    github.next("as usual", () => {
      repository.deployments.push({
        ...{
          id: 0,
          sha: COMMITS[0],
          ref: COMMITS[0],
          task: "verdigris",
          environment: "production",
        },
        ...{ payload: { app: "rainbow", notice: NOTICE.id }, description: null },
        ...{ production_environment: true, history: [] },
      });
    });
    await deployments.tell(NOTICE);
    await deployments.tell({ ...NOTICE, state: "succeeded" });
    expect(history(0)).toEqual(["in_progress", "success"]);
    expect(history(1)).toEqual(["inactive"]);
    expect(repository.deployments).toHaveLength(2);
  });

  test("makes one where it is told by many at the same time", async () => {
    await Promise.all(Array.from({ length: 5 }, () => deployments.tell(NOTICE)));
    expect(repository.deployments).toHaveLength(1);
    expect(history()).toEqual(["in_progress"]);
  });

  test("makes no second one where the answer to the first was lost", async () => {
    github.next("as usual", "cut after");
    await expect(deployments.tell(NOTICE)).rejects.toMatchObject({ final: false });
    await deployments.tell(NOTICE);
    expect(repository.deployments).toHaveLength(1);
    expect(history()).toEqual(["in_progress"]);
  });

  test("ends the one before although it broke off when it had done that", async () => {
    await deployments.tell({ ...NOTICE, id: "before", commit: COMMITS[1], state: "succeeded" });
    await deployments.tell(NOTICE);
    // Finding, its status, the others, their status, ending them: then the connection breaks for good.
    const asked = github.requests.length;
    github.next(...Array.from({ length: 5 }, () => "as usual" as const), { status: 400 });
    const success = { ...NOTICE, state: "succeeded" } as const;
    await expect(deployments.tell(success)).rejects.toBeInstanceOf(NoticeRefused);
    expect(github.requests.length - asked).toBe(6);
    expect(history(0)?.at(-1)).toBe("inactive");
    await deployments.tell(success);
    expect(history(1)?.at(-1)).toBe("success");
  });

  test("leaves deployments of others alone, also in its own environment", async () => {
    const foreign = { id: 9, sha: COMMITS[1], ref: COMMITS[1], environment: "production" } as const;
    const succeeded = { id: 10, state: "success", description: "", environment_url: "" };
    for (const task of ["deploy", "verdigris"]) {
      const payload = task === "deploy" ? {} : '{"app":"other","notice":"x"}';
      repository.deployments.push({
        ...foreign,
        ...{ task, payload, description: null, production_environment: true, history: [succeeded] },
      });
    }
    await deployments.tell({ ...NOTICE, state: "succeeded" });
    expect(history(0)).toEqual(["success"]);
    expect(history(1)).toEqual(["success"]);
    expect(history(2)).toEqual(["success"]);
  });

  test("reads its own payload also where GitHub gives it back as text", async () => {
    await deployments.tell(NOTICE);
    const [made] = repository.deployments;
    if (!made) throw new Error("nothing was made");
    repository.deployments[0] = { ...made, payload: JSON.stringify(made.payload) };
    await deployments.tell({ ...NOTICE, state: "succeeded" });
    expect(repository.deployments).toHaveLength(1);
  });

  test("does not wait for checks of the commit, which was approved without them", async () => {
    repository.statuses.set(COMMITS[0], [
      { id: 1, state: "pending", description: null, context: "slow" },
    ]);
    await deployments.tell(NOTICE);
    expect(history()).toEqual(["in_progress"]);
  });

  test.each([
    ["a commit that GitHub doesn't have", { commit: "c".repeat(40) }, "No ref found"],
    ["an app without a repository", { app: "other" }, "names none"],
    ["a repository of another host", { app: "elsewhere" }, "names evil.example.com/acme/rainbow"],
  ])("refuses for good what is of no use: %s", async (_, change, message) => {
    const error = await deployments.tell({ ...NOTICE, ...change }).catch((one: unknown) => one);
    expect(error).toBeInstanceOf(NoticeRefused);
    expect((error as Error).message).toContain(message);
  });

  test("cuts a long description", async () => {
    await deployments.tell({ ...NOTICE, description: "x".repeat(500) });
    await deployments.tell({ ...NOTICE, description: "x".repeat(500) });
    expect(history()).toEqual(["in_progress"]);
  });
});

function deploymentsOn(github: FakeGitHub): GitHubDeployments {
  const clock = new ManualClock(Date.parse("2026-01-01T12:00:00Z"));
  const client = new GitHubClient({ token: TOKEN, baseUrl: github.baseUrl, clock });
  const repositories: Readonly<Record<string, string>> = {
    rainbow: `${github.host}/acme/rainbow`,
    moon: `${github.host}/acme/rainbow`,
    elsewhere: "evil.example.com/acme/rainbow",
  };
  return new GitHubDeployments(client, async (app) => repositories[app]);
}
