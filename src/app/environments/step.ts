import type {
  EnvironmentCommand,
  Lasted,
  ReportTraffic,
} from "../../domain/environment/commands.ts";
import type { EnvironmentEvent } from "../../domain/environment/events.ts";
import { pendingRequest } from "../../domain/environment/requests.ts";
import type { Configured, EnvironmentState } from "../../domain/environment/state.ts";
import { isRefusal } from "../../domain/refusal.ts";
import { Durations } from "../durations.ts";
import type { Host } from "../host.ts";
import type { Journal } from "../journal.ts";
import { operatorMeta } from "../operator-meta.ts";
import type { EnvironmentPaces } from "../paces.ts";
import { environmentStream } from "../streams.ts";
import { carryOutDeployment } from "./carry-out-deployment.ts";
import { carryOutTraffic } from "./carry-out-traffic.ts";
import { confirmTraffic } from "./confirm-traffic.ts";
import { findDrift, isSettled } from "./find-drift.ts";
import type { OldSide } from "./old-side.ts";
import { sidesOf } from "./side-of.ts";
import { fitStandby, makeReady } from "./sizes.ts";
import type { World } from "./world.ts";

export type EnvironmentJournal = Journal<EnvironmentState, EnvironmentCommand, EnvironmentEvent>;

/** Drives one environment's decided work to its end, one observation at a time. */
export class EnvironmentStep {
  readonly #host: Host;
  readonly #world: World;
  readonly #journal: EnvironmentJournal;
  readonly #oldSide: OldSide;
  readonly #pace: EnvironmentPaces;
  readonly #durations: Durations;
  readonly #prepared = new Map<string, string>();
  /** The revision at which each standby was last given its size. */
  readonly #fitted = new Map<string, number>();

  constructor(
    host: Host,
    world: World,
    journal: EnvironmentJournal,
    oldSide: OldSide,
    pace: EnvironmentPaces,
  ) {
    this.#host = host;
    this.#world = world;
    this.#journal = journal;
    this.#oldSide = oldSide;
    this.#pace = pace;
    this.#durations = new Durations(host.clock);
  }

  /** Does what is due and returns when to look again, in milliseconds; undefined when nothing is on its way. */
  async run(name: string): Promise<number | undefined> {
    const state = await this.#journal.recent(environmentStream(name));
    if (!state.configured || state.readOnly) return undefined;
    await this.#prepare(state, state.configured);
    const again = await Promise.all([
      this.#traffic(state),
      this.#deployments(state),
      this.#expiry(state),
      this.#mended(state),
      this.#fit(state),
    ]);
    const due = again.filter((ms) => ms !== undefined);
    return due.length > 0 ? Math.max(0, Math.min(...due)) : undefined;
  }

  async #traffic(state: EnvironmentState): Promise<number | undefined> {
    const revision = state.traffic.decisions.at(-1)?.revision;
    if (revision === undefined) return undefined;
    switch (state.traffic.phase) {
      case "decided": {
        const waits = await this.#unready(state, revision);
        if (waits !== undefined) return waits;
        const carried = await carryOutTraffic(state, this.#world.zone);
        if (carried.kind === "behind") return this.#catchUp(state, revision, carried.fence);
        if (carried.kind === "unavailable") {
          this.#host.log("warn", `the records of ${state.name} can't be changed yet`, carried);
          return this.#pace.unavailableMs;
        }
        const { kind: phase, ...rest } = carried;
        const result = { phase, ...rest } as ReportTraffic["result"];
        return this.#reportTraffic(state, revision, result, this.#pace.unavailableMs);
      }
      case "submitted": {
        const confirmed = await confirmTraffic(state, this.#world.zone);
        if (confirmed.kind === "pending") return this.#pace.inSyncMs;
        if (confirmed.kind === "behind") return this.#catchUp(state, revision, confirmed.fence);
        const result =
          confirmed.kind === "in-sync"
            ? ({ phase: "in-sync" } as const)
            : ({ phase: "blocked", code: "drift", reason: confirmed.reason } as const);
        return this.#reportTraffic(state, revision, result, this.#pace.inSyncMs);
      }
      case "in-sync":
        return state.flip ? this.#flip(state, state.flip) : undefined;
      default:
        return undefined;
    }
  }

  /** The zone obeys a newer decision: it is in the log too, unless the log is an older copy of itself. */
  async #catchUp(state: EnvironmentState, revision: number, fence: number): Promise<number> {
    const present = await this.#journal.load(environmentStream(state.name));
    if (present.revision > state.revision) return 0;
    const reason = `the zone obeys revision ${fence}, and the table ends at ${state.revision}: was the table restored from an older copy?`;
    const result = { phase: "blocked", code: "drift", reason } as const;
    return this.#reportTraffic(state, revision, result, this.#pace.unavailableMs);
  }

  async #flip(
    state: EnvironmentState,
    flip: NonNullable<EnvironmentState["flip"]>,
  ): Promise<number> {
    const { inSyncAt } = state.traffic;
    const { cachesExpiredAt } = flip;
    const watching = cachesExpiredAt !== undefined && flip.quiet === undefined;
    const elapsed = this.#host.clock.elapsed();
    const oldSide = watching ? await this.#oldSide.watch(state, flip, elapsed) : undefined;
    const advance = {
      type: "advance-flip" as const,
      flipId: flip.id,
      ...(inSyncAt === undefined ? {} : { inSync: this.#lasted(state, "in sync", inSyncAt) }),
      ...(watching ? { cachesExpired: this.#lasted(state, "expired", cachesExpiredAt) } : {}),
      ...(oldSide ? { oldSide } : {}),
    };
    return this.#report(state, advance, this.#pace.drainMs);
  }

  /**
   * When to look again at the side that a flip goes to, while it can't take the traffic yet; undefined
   * when it can. A flip that waited in vain is blocked. A revert never is: it goes when its time is
   * over, or when the runtime can't be asked, for the way back must not hang on more than DNS.
   */
  async #unready(state: EnvironmentState, revision: number): Promise<number | undefined> {
    const { flip } = state;
    const limit = state.configured?.configuration.deployTimeoutSeconds;
    if (!flip || limit === undefined) return undefined;
    const isFlip = flip.kind === "flip";
    try {
      const readiness = await makeReady(state, flip, this.#world.runtime);
      if (readiness.ready) return undefined;
      const overdue = this.#lasted(state, "decided", flip.decidedAt).ms >= limit * 1000;
      if (!overdue) return this.#pace.deploymentMs;
      if (!isFlip) return undefined;
      const reason = `${readiness.lacks} after ${limit} s`;
      const result = { phase: "blocked", code: "not_ready", reason } as const;
      return this.#reportTraffic(state, revision, result, this.#pace.unavailableMs);
    } catch (error) {
      if (isFlip) throw error;
      this.#host.log("warn", `${flip.to} of ${state.name} can't be looked at before the revert`, {
        error,
      });
      return undefined;
    }
  }

  /** Once for each decision, since people may give a standby another size between them. */
  async #fit(state: EnvironmentState): Promise<undefined> {
    if (this.#fitted.get(state.name) === state.revision) return;
    await fitStandby(state, this.#world.runtime);
    this.#fitted.set(state.name, state.revision);
  }

  /** A side's load balancer answers before anything was deployed behind it. */
  async #prepare(state: EnvironmentState, { hash }: Configured): Promise<void> {
    if (this.#prepared.get(state.name) === hash) return;
    for (const side of sidesOf(state)) await this.#world.runtime.prepare(side);
    this.#prepared.set(state.name, hash);
  }

  /** Drift that was found is looked at again and again, so that its end is seen soon. */
  async #mended(state: EnvironmentState): Promise<number | undefined> {
    if (state.drift.length === 0 || !isSettled(state)) return undefined;
    await this.checkDrift(state.name);
    return this.#pace.driftedMs;
  }

  async #deployments(state: EnvironmentState): Promise<number | undefined> {
    const inFlight = Object.values(state.sides)
      .map((side) => side.deployment)
      .filter((deployment) => deployment?.state === "in-flight");
    const again = await Promise.all(
      inFlight.map(async (deployment) => {
        if (!deployment) return undefined;
        const { side, id: deploymentId } = deployment;
        const result = await carryOutDeployment(state, deployment, this.#world.runtime);
        if (!result) return this.#pace.deploymentMs;
        const report = { type: "report-deployment", side, deploymentId, result } as const;
        return this.#report(state, report, this.#pace.deploymentMs);
      }),
    );
    const due = again.filter((ms) => ms !== undefined);
    return due.length > 0 ? Math.min(...due) : undefined;
  }

  async #expiry(state: EnvironmentState): Promise<number | undefined> {
    const request = pendingRequest(state);
    if (!request) return undefined;
    const left = request.expiresAt - this.#host.clock.now();
    if (left > 0) return left;
    const report = { type: "expire-request", requestId: request.id } as const;
    return this.#report(state, report, this.#pace.unavailableMs);
  }

  /** Compares the world with a settled state and puts on record what differs. */
  async checkDrift(name: string): Promise<void> {
    const stream = environmentStream(name);
    const state = await this.#journal.load(stream);
    if (!isSettled(state) || state.readOnly) return;
    const { items: drift } = await findDrift(state, this.#world);
    const meta = operatorMeta(this.#host, { expectRevision: state.revision });
    if (JSON.stringify(drift) === JSON.stringify(state.drift)) return;
    const outcome = await this.#journal.execute(stream, { type: "report-drift", drift, meta });
    if (isRefusal(outcome)) return;
    for (const item of drift) this.#host.log("warn", `drift of ${name}`, { ...item });
  }

  #lasted({ name }: EnvironmentState, what: string, since: number): Lasted {
    return { since, ms: this.#durations.since(`${name} ${what}`, since) };
  }

  #reportTraffic(
    state: EnvironmentState,
    revision: number,
    result: ReportTraffic["result"],
    otherwiseMs: number,
  ): Promise<number> {
    return this.#report(state, { type: "report-traffic", revision, result }, otherwiseMs);
  }

  /** When to look again, in milliseconds: at once when the report changed anything. */
  async #report(
    state: EnvironmentState,
    report: DistributiveOmit<EnvironmentCommand, "meta">,
    otherwiseMs: number,
  ): Promise<number> {
    const meta = operatorMeta(this.#host);
    const command = { ...report, meta } as EnvironmentCommand;
    const outcome = await this.#journal.execute(environmentStream(state.name), command);
    return !isRefusal(outcome) && outcome.events.length > 0 ? 0 : otherwiseMs;
  }
}

type DistributiveOmit<Union, Key extends PropertyKey> = Union extends unknown
  ? Omit<Union, Key>
  : never;
