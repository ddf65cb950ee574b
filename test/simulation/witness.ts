import type { Batch } from "../../src/domain/batch.ts";
import type { SideName } from "../../src/domain/configuration.ts";
import type { EnvironmentEvent } from "../../src/domain/environment/events.ts";
import type { RecordChange, RecordSet } from "../../src/domain/records.ts";
import { sameRecords } from "../../src/domain/records.ts";
import type { SideDeployment } from "../../src/ports/side-runtime.ts";
import type { ZoneAnswer } from "../../src/ports/traffic-zone.ts";
import { LogWitness } from "./log-witness.ts";
import { fenceIn, weightsIn } from "./records-seen.ts";
import { Violation } from "./violation.ts";
import type { World } from "./world.ts";

/** Names of the records of the environment that is watched. */
export const PRODUCTION_RECORDS = [
  "rainbow.test",
  "standby.rainbow.test",
  "_verdigris.rainbow.test",
] as const;

const SIDES: readonly SideName[] = ["blue", "green"];

/**
 * Watches the world from outside and throws a `Violation` at the first effect that breaks a
 * guarantee. It knows events and records, and nothing of what decides on them.
 */
export class Witness {
  readonly #world: World;
  readonly #environment: string;
  readonly #names: readonly string[];
  readonly log: LogWitness;
  /** The highest revision that the zone's fence has had. */
  #fence = 0;
  readonly #carriedUntil = new Map<SideName, number>();
  readonly #serving = new Map<SideName, string | undefined>();
  /** Hands have changed records: what they did is not the operators' doing. */
  #hands = false;

  /**
   * @param environment a blue-green one.
   * @param names of its records.
   */
  constructor(world: World, environment: string, names: readonly string[]) {
    this.#world = world;
    this.#environment = environment;
    this.#names = names;
    this.log = new LogWitness(this);
    world.wire.onEffect = (verb, args, value) => this.#saw(verb, args, value);
  }

  #saw(verb: string, args: readonly unknown[], value: unknown): void {
    if (verb === "store.append") {
      const batch = args[0] as Batch<EnvironmentEvent>;
      if (batch.stream !== `env#${this.#environment}`) return;
      if ((value as { kind: string }).kind === "appended") this.log.appended(batch);
    }
    if (verb === "zone.apply" && (value as ZoneAnswer).kind === "accepted") {
      const { add } = args[0] as RecordChange;
      if (this.#own(add).length > 0) this.#recordsChanged();
    }
    if (verb === "runtime.deploy") this.#world.runtime.starting.add(digestOf(args[1]));
  }

  /** Somebody changes the zone past every operator. */
  recordsByHand(records: readonly RecordSet[]): void {
    this.#hands = true;
    this.#world.zone.overwrite(records);
  }

  /** A server of the zone takes up the next change. */
  takeUpNext(server: number): void {
    const before = this.#served(server);
    for (const side of SIDES) {
      if ((weightsIn(before).get(side) ?? 0) === 0) continue;
      const ttlMs = 1000 * Math.max(0, ...before.map(({ ttlSeconds }) => ttlSeconds));
      this.#carriedUntil.set(side, this.#world.wire.now + ttlMs);
    }
    this.#world.zone.takeUpNext(server);
    const everywhere = Math.min(...this.#everyServed().map(fenceIn));
    this.log.everywhereAt(everywhere, this.#world.wire.now);
  }

  /** Looks at what the sides run; to be called whenever that may have changed. */
  async look(): Promise<void> {
    for (const side of SIDES) {
      const ref = { environment: this.#environment, side };
      const { serving } = await this.#world.runtime.observe(ref);
      const before = this.#serving.get(side);
      this.#serving.set(side, serving?.digest);
      if (serving === undefined || serving.digest === before) continue;
      const isMend = this.log.isMend(serving.deploymentId);
      this.check(
        isMend || !this.carries(side),
        "G1",
        `${side} carries traffic and changes its release`,
      );
    }
  }

  /** Whether a client that obeys TTLs may reach the side now. */
  carries(side: SideName): boolean {
    if (this.#hands) return false;
    if (this.#world.wire.now < (this.#carriedUntil.get(side) ?? 0)) return true;
    return [...this.#everyServed(), this.#own(this.#world.zone.records)].some(
      (records) => (weightsIn(records).get(side) ?? 0) > 0,
    );
  }

  get handsWereOn(): boolean {
    return this.#hands;
  }

  check(holds: boolean, guarantee: string, what: string): void {
    if (!holds) throw new Violation(guarantee, what);
  }

  #served(server: number): readonly RecordSet[] {
    return this.#own(this.#world.zone.servers[server] ?? []);
  }

  #everyServed(): readonly (readonly RecordSet[])[] {
    return this.#world.zone.servers.map((records) => this.#own(records));
  }

  /** The environment's own records among these. */
  #own(records: readonly RecordSet[]): readonly RecordSet[] {
    return records.filter(({ name }) => this.#names.includes(name));
  }

  #recordsChanged(): void {
    const records = this.#own(this.#world.zone.records);
    const revision = fenceIn(records);
    this.check(
      this.#hands || revision > this.#fence,
      "G5",
      `the fence goes from ${this.#fence} to ${revision}`,
    );
    this.#fence = revision;
    const decided = this.log.decided(revision);
    this.check(decided !== undefined, "G2", `records of revision ${revision} were not decided`);
    this.check(
      sameRecords(records, decided ?? []),
      "G2",
      `the zone's records are not those decided at revision ${revision}`,
    );
    const weights = weightsIn(records);
    const sum = [...weights.values()].reduce((a, b) => a + b, 0);
    this.check(sum === 100, "G7", `weights sum to ${sum}`);
    for (const side of SIDES) {
      if ((weights.get(side) ?? 0) > 0) this.#gains(side);
    }
    this.log.applied(revision);
  }

  /** Nothing may be on its way to a side that carries traffic from now on. */
  #gains(side: SideName): void {
    const expected = this.log.releaseOf(side);
    const serving = this.#serving.get(side);
    this.check(
      this.log.deploymentTo(side) === undefined || this.log.isMend(this.log.deploymentTo(side)),
      "G1",
      `${side} gets traffic while a deployment to it is in flight`,
    );
    this.check(
      serving === expected,
      "G1",
      `${side} gets traffic and runs ${serving}, not ${expected}`,
    );
    if (serving !== undefined) this.log.hasCarried(side, serving);
  }
}

function digestOf(deployment: unknown): string {
  return (deployment as SideDeployment).artifact.digest;
}
