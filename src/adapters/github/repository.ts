/** A repository as GitHub's API names it. */
export interface GitHubRepository {
  readonly owner: string;
  readonly name: string;
}

/** Where an app's repository is, as its configuration has it; undefined where it names none. */
export type RepositoryOf = (app: string) => Promise<string | undefined>;

/**
 * The repository of `github.com/acme/rainbow` on a host; undefined for one of any other host, to
 * which this host's token must never be sent.
 */
export function repositoryOn(host: string, written: string): GitHubRepository | undefined {
  const [on = "", owner, name, ...more] = written.split("/");
  if (on.toLowerCase() !== host.toLowerCase() || !owner || !name || more.length > 0)
    return undefined;
  return { owner, name };
}

/**
 * The host of repositories behind an API's address. That of github.com and of each `<name>.ghe.com` is
 * on a host of its own, `api.`; GitHub Enterprise Server has it below its host (REST API, "Getting
 * started").
 */
export function hostBehind(baseUrl: string): string {
  const { host, pathname } = new URL(baseUrl);
  return pathname === "/" ? host.replace(/^api\./, "") : host;
}

export function pathOf({ owner, name }: GitHubRepository): string {
  return `/repos/${encodeURIComponent(owner)}/${encodeURIComponent(name)}`;
}
