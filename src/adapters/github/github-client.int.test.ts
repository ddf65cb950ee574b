import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Clock } from "../../ports/clock.ts";
import { type FakeGitHub, fakeGitHub, TOKEN } from "./github.fixture.ts";
import { GitHubClient, type GitHubOptions, type GitHubRequest } from "./github-client.ts";
import { GitHubError } from "./github-error.ts";

const SHA = "a".repeat(40);
const READ: GitHubRequest = { method: "GET", path: `/repos/acme/rainbow/commits/${SHA}/status` };
const WRITE: GitHubRequest = {
  method: "POST",
  path: "/repos/acme/rainbow/deployments",
  body: { ref: SHA },
};

const NOW = Date.parse("2026-01-01T12:00:00Z");

/** Waits take no time, and are remembered. */
class RememberingClock implements Clock {
  readonly waits: number[] = [];
  now() {
    return NOW;
  }
  elapsed() {
    return 0;
  }
  async wait(ms: number) {
    this.waits.push(ms);
  }
}

let github: FakeGitHub;
let clock: RememberingClock;

beforeEach(async () => {
  github = await fakeGitHub();
  github.repository("acme/rainbow", [SHA]);
  clock = new RememberingClock();
});

afterEach(() => github.stop());

describe("a client of GitHub", () => {
  test("says who it is, what it wants, and in which version", async () => {
    await client().ask(READ);
    expect(github.requests[0]?.headers).toMatchObject({
      accept: "application/vnd.github+json",
      "x-github-api-version": "2022-11-28",
      "user-agent": "verdigris",
      authorization: `Bearer ${TOKEN}`,
    });
  });

  test("repeats a read that got no answer, with growing pauses", async () => {
    github.next("cut before", "cut before", { status: 502 });
    expect(await client().ask(READ)).toMatchObject({ sha: SHA });
    expect(clock.waits).toEqual([500, 1_000, 2_000]);
  });

  test("ends an attempt that gets no answer in time", async () => {
    github.next("silence");
    expect(await client({ deadlineMs: 250 }).ask(READ)).toMatchObject({ sha: SHA });
    expect(github.requests.length).toBeGreaterThan(1);
  });

  test("does not repeat a write that may have been carried out", async () => {
    github.next("cut after");
    await expect(client().ask(WRITE)).rejects.toMatchObject({ status: undefined, final: false });
    github.next({ status: 500 });
    await expect(client().ask(WRITE)).rejects.toMatchObject({ status: 500, final: false });
    expect(github.requests).toHaveLength(2);
  });

  test("repeats a write of which a repeat is harmless", async () => {
    github.next("cut after");
    expect(await client().ask({ ...WRITE, repeatable: true })).toMatchObject({ sha: SHA });
    expect(github.requests).toHaveLength(2);
  });

  test.each([
    ["retry-after", { "retry-after": "7" }, 7_000],
    [
      "the reset",
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${NOW / 1000 + 30}` },
      30_000,
    ],
    ["a minute where nothing is said", {}, 60_000],
  ])("waits out a rate limit, also for a write: %s", async (_, headers, ms) => {
    const message = "You have exceeded a secondary rate limit. Please wait a few minutes.";
    github.next({ status: 403, headers, message });
    expect(await client().ask(WRITE)).toMatchObject({ sha: SHA });
    expect(clock.waits).toEqual([ms]);
  });

  test("adds a little chance to each pause, and never shortens one that was asked for", async () => {
    github.next({ status: 429, headers: { "retry-after": "10" } }, { status: 503 });
    await client({ random: () => 1 }).ask(READ);
    expect(clock.waits).toEqual([11_000, 2_000]);
  });

  test("gives up on a limit that lasts, to be asked again later", async () => {
    github.next({ status: 403, headers: { "retry-after": "3600" } });
    await expect(client().ask(READ)).rejects.toMatchObject({ status: 403, final: false });
    expect(clock.waits).toEqual([]);
  });

  test("gives up after five attempts", async () => {
    github.next(...Array.from({ length: 9 }, () => ({ status: 500 })));
    await expect(client().ask(READ)).rejects.toMatchObject({ status: 500, final: false });
    expect(github.requests).toHaveLength(5);
  });

  test.each([
    [401, "Bad credentials"],
    [403, "Resource not accessible by integration"],
    [404, "Not Found"],
    [422, "Validation Failed"],
    [301, ""],
  ])("takes %d for final", async (status, message) => {
    github.next({ status, message, headers: { location: "http://127.0.0.1:1/" } });
    const error = await client()
      .ask(READ)
      .catch((one: unknown) => one);
    expect(error).toBeInstanceOf(GitHubError);
    expect(error).toMatchObject({ status, final: true });
    expect(github.requests).toHaveLength(1);
  });

  test("stops waiting when it is told to", async () => {
    const stopping = new AbortController();
    github.next({ status: 500 });
    clock.wait = async () => stopping.abort();
    await expect(client({ signal: stopping.signal }).ask(READ)).rejects.toMatchObject({
      final: false,
    });
    expect(github.requests).toHaveLength(1);
  });

  test("keeps its token out of what it says", async () => {
    github.next("cut before");
    const failing = [WRITE, { ...READ, path: "/repos/acme/moon/x" }];
    const errors: unknown[] = [];
    for (const request of failing)
      await client()
        .ask(request)
        .catch((one) => errors.push(one));
    expect(errors).toHaveLength(2);
    for (const error of errors) {
      const { message, stack } = error as Error;
      expect(message).toMatch(/^GitHub: (GET|POST) \/repos\/acme/);
      expect(`${message}${stack}${JSON.stringify(error)}`).not.toContain(TOKEN);
    }
  });

  test.each(["http://github.example.com", "ftp://github.example.com"])(
    "sends no token to %s",
    (baseUrl) => {
      expect(() => client({ baseUrl })).toThrow("write one with https");
    },
  );

  test("knows the host of its repositories by its address", () => {
    expect(client({ baseUrl: "https://api.github.com" }).host).toBe("github.com");
    expect(client({ baseUrl: "https://api.acme.ghe.com/" }).host).toBe("acme.ghe.com");
    expect(client({ baseUrl: "https://api.example.com/api/v3/" }).host).toBe("api.example.com");
  });
});

function client(options: Partial<GitHubOptions> = {}): GitHubClient {
  return new GitHubClient({
    token: TOKEN,
    baseUrl: github.baseUrl,
    clock,
    random: () => 0,
    ...options,
  });
}
