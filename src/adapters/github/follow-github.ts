import { followNotices, type NoticeParts } from "../../app/notices/follow-notices.ts";
import { GitHubClient } from "./github-client.ts";
import { GitHubDeployments } from "./github-deployments.ts";
import { repositoriesOf } from "./repositories-of.ts";

export interface GitHubFollowing extends Omit<NoticeParts, "notifier"> {
  /** May read and write deployments of the repositories that apps name. */
  readonly token: string;
  /** `https://api.github.com` when left out; `https://<host>/api/v3` of GitHub Enterprise Server. */
  readonly baseUrl?: string;
}

/**
 * Keeps deployments on GitHub as the operator's decisions are, until the signal aborts. Throws a
 * RangeError at once for an address without https; afterwards nothing is thrown, only logged.
 */
export async function followGitHub(following: GitHubFollowing): Promise<void> {
  const { operator, token, baseUrl, clock, signal } = following;
  const client = new GitHubClient({
    ...{ token, clock, signal },
    ...(baseUrl === undefined ? {} : { baseUrl }),
  });
  const notifier = new GitHubDeployments(client, repositoriesOf(operator));
  await followNotices({ ...following, notifier });
}
