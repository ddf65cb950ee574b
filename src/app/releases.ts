import type { Asked, CommandMeta } from "../domain/batch.ts";
import type { ReleaseRef } from "../domain/environment/state.ts";
import type { Refusal } from "../domain/refusal.ts";
import { isRefusal, refuse } from "../domain/refusal.ts";
import type { Release } from "../domain/release.ts";
import type {
  RegisteredRelease,
  RegisterRelease,
  ReleaseRegistered,
  ReleaseState,
} from "../domain/release-log.ts";
import type { Host } from "./host.ts";
import type { Journal } from "./journal.ts";
import type { ReleasesFace } from "./operator.ts";
import { releaseStream } from "./streams.ts";

export type ReleaseJournal = Journal<ReleaseState, Asked<RegisterRelease>, ReleaseRegistered>;

/** Builds of one commit that differ; more than one or two mean that a build is not repeatable. */
const MOST_BUILDS_OF_A_COMMIT = 100;

const SHORTEST_PREFIX = 7;

export class Releases implements ReleasesFace {
  readonly #host: Host;
  readonly #journal: ReleaseJournal;

  constructor(host: Host, journal: ReleaseJournal) {
    this.#host = host;
    this.#journal = journal;
  }

  async list(app: string, limit: number): Promise<readonly RegisteredRelease[]> {
    const prefix = releaseStream(app, "");
    const streams = await this.#host.store.list({ prefix, limit: 1000 });
    const states = await Promise.all(streams.map((stream) => this.#journal.recent(stream)));
    return states
      .filter((state): state is RegisteredRelease => state.release !== undefined)
      .sort((a, b) => b.builtAt - a.builtAt)
      .slice(0, limit);
  }

  async find(app: string, wanted: string): Promise<Release | Refusal> {
    const exact = await this.#journal.load(releaseStream(app, wanted));
    if (exact.release) return exact.release;
    const prefix = wanted.slice(0, SHORTEST_PREFIX);
    const found =
      prefix.length === SHORTEST_PREFIX
        ? await this.#ofCommit(app, prefix, (release) => release.commit.startsWith(wanted))
        : [];
    const newest = found.at(-1);
    if (newest) return newest;
    return refuse(
      "unknown_release",
      `${app} has no release ${wanted}. \`verdigris releases\` lists those that there are.`,
      { release: wanted },
    );
  }

  async register(
    built: Parameters<ReleasesFace["register"]>[0],
    meta: CommandMeta,
  ): Promise<Release | Refusal> {
    const first = built.commit.slice(0, SHORTEST_PREFIX);
    for (let build = 1; build <= MOST_BUILDS_OF_A_COMMIT; build++) {
      const id = build === 1 ? first : `${first}.${build}`;
      const release: Release = { ...built, id, builtBy: meta.actor.name };
      const outcome = await this.#journal.execute(releaseStream(built.app, id), {
        type: "register-release",
        release,
        meta: { ...meta, id: `${meta.id}-${id}-${built.artifact.digest}` },
      });
      if (!isRefusal(outcome)) return outcome.state.release ?? release;
      if (outcome.code !== "superseded") return outcome;
    }
    return refuse(
      "superseded",
      `${MOST_BUILDS_OF_A_COMMIT} different builds of ${first} are registered: make its build repeatable.`,
      { commit: built.commit },
    );
  }

  ref({ id, commit, artifact, author, subject }: Release): ReleaseRef {
    return { id, commit, artifact, author, subject };
  }

  async #ofCommit(
    app: string,
    prefix: string,
    matches: (release: Release) => boolean,
  ): Promise<readonly Release[]> {
    const streams = await this.#host.store.list({
      prefix: releaseStream(app, prefix),
      limit: MOST_BUILDS_OF_A_COMMIT,
    });
    const states = await Promise.all(streams.map((stream) => this.#journal.recent(stream)));
    return states
      .map((state) => state.release)
      .filter((release) => release !== undefined)
      .filter(matches);
  }
}
