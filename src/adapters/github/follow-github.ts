import { followNotices, type NoticeParts } from "../../app/notices/follow-notices.ts";
import type { Operator } from "../../app/operator.ts";
import type { Clock } from "../../ports/clock.ts";
import { GitHubClient } from "./github-client.ts";
import { GitHubDeployments } from "./github-deployments.ts";
import { repositoriesOf } from "./repositories-of.ts";

export interface DeploymentsOnGitHub {
  readonly operator: Pick<Operator, "apps">;
  /** May read and write deployments of the repositories that apps name. */
  readonly token: string;
  /** `https://api.github.com` when left out; `https://<host>/api/v3` of GitHub Enterprise Server. */
  readonly baseUrl?: string;
  readonly clock: Clock;
  /** Ends what is under way. */
  readonly signal: AbortSignal;
}

export type GitHubFollowing = DeploymentsOnGitHub & Omit<NoticeParts, "notifier">;

/** Notices as deployments of the repositories that apps name. Throws a RangeError for an address without https. */
export function deploymentsOnGitHub(parts: DeploymentsOnGitHub): GitHubDeployments {
  const { operator, token, baseUrl, clock, signal } = parts;
  const client = new GitHubClient({
    ...{ token, clock, signal },
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
  return new GitHubDeployments(client, repositoriesOf(operator));
}

/**
 * Keeps deployments on GitHub as the operator's decisions are, until the signal aborts. Throws a
 * RangeError at once for an address without https; afterwards nothing is thrown, only logged.
 */
export async function followGitHub(following: GitHubFollowing): Promise<void> {
  await followNotices({ ...following, notifier: deploymentsOnGitHub(following) });
}
