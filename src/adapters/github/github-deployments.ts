import type { Notice, NoticeState, NoticeSubject, Notifier } from "../../ports/notifier.ts";
import { follows, NoticeRefused } from "../../ports/notifier.ts";
import { type Deployment, DeploymentCalls } from "./deployment-calls.ts";
import type { GitHubClient } from "./github-client.ts";
import { GitHubError } from "./github-error.ts";
import type { RepositoryOf } from "./repository.ts";
import { pathOf, repositoryOn } from "./repository.ts";

/**
 * Notices as deployments of a repository on GitHub, each with the environment's address. A notice finds
 * its deployment by its own id in the payload before it makes one, so operators may tell the same.
 */
export class GitHubDeployments implements Notifier {
  readonly #client: GitHubClient;
  readonly #repositoryOf: RepositoryOf;
  /** The end of the last notice of each place, while there is one. */
  readonly #turns = new Map<string, Promise<void>>();

  constructor(client: GitHubClient, repositoryOf: RepositoryOf) {
    this.#client = client;
    this.#repositoryOf = repositoryOf;
  }

  async tell(notice: Notice): Promise<void> {
    const calls = await this.#callsFor(notice.app);
    const place = JSON.stringify([notice.app, notice.place]);
    await this.#inTurn(place, () => refusing(() => tellOn(calls, notice)));
  }

  async told(about: NoticeSubject): Promise<NoticeState | undefined> {
    const calls = await this.#callsFor(about.app);
    const deployment = (await calls.of(about))[0];
    return deployment && (await calls.lastStatus(deployment))?.state;
  }

  async #callsFor(app: string): Promise<DeploymentCalls> {
    const { host } = this.#client;
    const written = await this.#repositoryOf(app);
    const repository = written === undefined ? undefined : repositoryOn(host, written);
    if (repository) return new DeploymentCalls(this.#client, pathOf(repository));
    throw new NoticeRefused(
      `${app} has no repository on ${host}: its configuration names ${written ?? "none"}`,
    );
  }

  /** Two notices of one place at the same time would each not see the other. */
  async #inTurn(place: string, work: () => Promise<void>): Promise<void> {
    const before = this.#turns.get(place) ?? Promise.resolve();
    const turn = before.then(work, work);
    this.#turns.set(place, turn);
    try {
      await turn;
    } finally {
      if (this.#turns.get(place) === turn) this.#turns.delete(place);
    }
  }
}

async function tellOn(calls: DeploymentCalls, notice: Notice): Promise<void> {
  const { state } = notice;
  const found = (await calls.of(notice))[0];
  const last = found && (await calls.lastStatus(found));
  if (!follows(state, last?.state) || calls.says(last, notice)) return;
  const deployment = found ?? (await made(calls, notice));
  // First, so that whoever tells this again after a crash in between ends them too.
  if (state === "succeeded") await endOthers(calls, notice);
  await calls.setStatus(deployment, notice);
}

/** Another operator may have made one at the same time: the oldest is everybody's. */
async function made(calls: DeploymentCalls, notice: Notice): Promise<Deployment> {
  const own = await calls.create(notice);
  const oldest = (await calls.of(notice))[0] ?? own;
  if (oldest.id !== own.id) {
    await calls.setStatus(own, { ...notice, state: "over", description: "told already" });
  }
  return oldest;
}

async function endOthers(calls: DeploymentCalls, notice: Notice): Promise<void> {
  for (const other of await calls.othersIn(notice)) {
    const last = await calls.lastStatus(other);
    if (last?.state !== "succeeded") continue;
    await calls.setStatus(other, {
      state: "over",
      description: "another release has its place",
    });
  }
}

async function refusing(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!(error instanceof GitHubError) || !error.final) throw error;
    throw new NoticeRefused(error.message, { cause: error });
  }
}
