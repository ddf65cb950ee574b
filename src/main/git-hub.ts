import { AlsoOnGitHub } from "../adapters/github/also-on-github.ts";
import { deploymentsOnGitHub, followGitHub } from "../adapters/github/follow-github.ts";
import { GitHubClient } from "../adapters/github/github-client.ts";
import { GitHubCommitStatuses } from "../adapters/github/github-commit-statuses.ts";
import { repositoriesOf } from "../adapters/github/repositories-of.ts";
import type { Host } from "../app/host.ts";
import { NoticeTeller } from "../app/notices/notice-teller.ts";
import type { Operator } from "../app/operator.ts";
import { Problem } from "../cli/problem.ts";
import type { CommitStatuses } from "../ports/commit-statuses.ts";

/** How an operator is linked with GitHub. */
export interface GitHubLink {
  readonly token?: string;
  /** Of GitHub Enterprise Server. */
  readonly baseUrl?: string;
  readonly webhookSecret?: string;
}

/** As VERDIGRIS_GITHUB_TOKEN, VERDIGRIS_GITHUB_URL and VERDIGRIS_GITHUB_WEBHOOK_SECRET say. */
export function gitHubLink(env: Readonly<Record<string, string | undefined>>): GitHubLink {
  const { VERDIGRIS_GITHUB_TOKEN: token, VERDIGRIS_GITHUB_URL: baseUrl } = env;
  const { VERDIGRIS_GITHUB_WEBHOOK_SECRET: webhookSecret } = env;
  if (baseUrl && !/^https:\/\//.test(baseUrl)) {
    throw new Problem(
      "usage",
      `VERDIGRIS_GITHUB_URL: "${baseUrl}" is not an https address; write for example https://github.example.com/api/v3`,
    );
  }
  return {
    ...(token ? { token } : {}),
    ...(baseUrl ? { baseUrl } : {}),
    ...(webhookSecret ? { webhookSecret } : {}),
  };
}

type Surroundings = Pick<Host, "clock" | "random" | "log">;

/** Shows deployments on GitHub until the signal aborts, where there is a token; resolves then. */
export async function showOnGitHub(
  { token, baseUrl }: GitHubLink,
  operator: Operator,
  { clock, random, log }: Surroundings,
  signal: AbortSignal,
): Promise<void> {
  if (token === undefined) return;
  const where = baseUrl === undefined ? {} : { baseUrl };
  await followGitHub({ operator, token, ...where, clock, random, log, signal });
}

/**
 * Where there is a token: shows on GitHub how all deployments stand now, as far as it gets until the
 * signal aborts. For an operator that doesn't live on; what one call leaves, the next one shows.
 */
export function gitHubSweep(
  { token, baseUrl }: GitHubLink,
  operator: Operator,
  { clock, log }: Surroundings,
): ((signal: AbortSignal) => Promise<void>) | undefined {
  if (token === undefined) return undefined;
  const teller = new NoticeTeller({ operator, log });
  const where = baseUrl === undefined ? {} : { baseUrl };
  return (signal) =>
    teller.tellAll(deploymentsOnGitHub({ operator, token, ...where, clock, signal }), signal);
}

/** The statuses that are kept, shown on GitHub too where there is a token. */
export function statusesOn(
  { token, baseUrl }: GitHubLink,
  kept: CommitStatuses,
  operator: () => Operator,
  { clock, log }: Surroundings,
  signal: AbortSignal,
): CommitStatuses {
  if (token === undefined) return kept;
  const where = baseUrl === undefined ? {} : { baseUrl };
  const client = new GitHubClient({ token, ...where, clock, signal });
  const shown = new GitHubCommitStatuses(client, (app) => repositoriesOf(operator())(app));
  return new AlsoOnGitHub(kept, shown, (app, error) =>
    log("warn", `a commit status of ${app} is not on GitHub`, { error }),
  );
}
