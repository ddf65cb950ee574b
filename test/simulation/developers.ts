import type { Chance } from "./chance.ts";
import type { Terms } from "./terms.ts";
import { APP, type World } from "./world.ts";

/** People who push commits; what passed is merged at the git host. */
export class Developers {
  readonly #world: World;
  readonly #chance: Chance;
  readonly #terms: Terms;
  #commits = 0;

  constructor(world: World, chance: Chance, terms: Terms) {
    this.#world = world;
    this.#chance = chance;
    this.#terms = terms;
  }

  push(): void {
    const { repository, wire } = this.#world;
    const configuration = this.#chance.one(this.#terms.configurations);
    const isGood = this.#chance.percent(80);
    this.#commits += 1;
    const branch = this.#chance.percent(60) ? "master" : this.#chance.one(["one", "two"]);
    const build = { ...configuration.build, validate: isGood ? "npm test" : "exit 1" };
    const commit = repository.add({
      branch,
      files: {
        "verdigris.yaml": JSON.stringify({ ...configuration, build }),
        "index.js": String(this.#commits),
      },
      message: `Change ${this.#commits} of ${APP}`,
    });
    wire.note(() => `a commit ${commit.slice(0, 7)} on ${branch}${isGood ? "" : ", which is bad"}`);
  }
}
