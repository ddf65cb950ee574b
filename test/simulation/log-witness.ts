import type { Batch } from "../../src/domain/batch.ts";
import type { SideName } from "../../src/domain/configuration.ts";
import type {
  DeploymentStarted,
  EnvironmentEvent,
  FlipStarted,
  TrafficDecided,
} from "../../src/domain/environment/events.ts";
import type { FlipRequest } from "../../src/domain/environment/state.ts";
import type { RecordSet } from "../../src/domain/records.ts";
import { fenceIn, weightsIn } from "./records-seen.ts";

/** What the witness of the world tells the witness of the log. */
export interface Surroundings {
  carries(side: SideName): boolean;
  readonly handsWereOn: boolean;
  check(holds: boolean, guarantee: string, what: string): void;
}

interface Request {
  readonly request: Omit<FlipRequest, "approvals" | "requestedAt" | "status">;
  /** Of the log, when it was asked for. */
  readonly revision: number;
  readonly approvedBy: Set<string>;
  isClosed: boolean;
}

/** Follows one environment's log with a small model of its own and judges each decision by it. */
export class LogWitness {
  readonly #around: Surroundings;
  readonly #commands = new Set<string>();
  readonly #requests = new Map<string, Request>();
  readonly #deployments = new Map<string, DeploymentStarted["deployment"]>();
  readonly #mends = new Set<string>();
  readonly #inFlight = new Map<SideName, string>();
  readonly #releases = new Map<SideName, { digest: string; hash: string }>();
  readonly #decided = new Map<number, readonly RecordSet[]>();
  readonly #applied = new Set<number>();
  readonly #everywhereSince = new Map<number, number>();
  readonly #hasCarried = new Set<string>();
  /** Flips, reverts and aborts that were decided. */
  flips = 0;
  #revision = 0;
  #live: SideName | undefined;
  /** The revision of the newest configuration. */
  #configuredAt = 0;
  #ttlMs = 0;
  #weights: ReadonlyMap<SideName, number> = new Map();
  #flip: FlipStarted | undefined;
  /** The newest decision about records. */
  #newest = 0;
  #isFrozen = false;

  constructor(around: Surroundings) {
    this.#around = around;
  }

  /** Whose command a batch of the log is, for those who were told that theirs was done. */
  has(commandId: string): boolean {
    return this.#commands.has(commandId);
  }

  decided(revision: number): readonly RecordSet[] | undefined {
    return this.#decided.get(revision);
  }

  releaseOf(side: SideName): string | undefined {
    return this.#releases.get(side)?.digest;
  }

  deploymentTo(side: SideName): string | undefined {
    return this.#inFlight.get(side);
  }

  isMend(deploymentId: string | undefined): boolean {
    return deploymentId !== undefined && this.#mends.has(deploymentId);
  }

  hasCarried(side: SideName, digest: string): void {
    this.#hasCarried.add(`${side} ${digest}`);
  }

  applied(revision: number): void {
    this.#applied.add(revision);
  }

  /** Every server answers with this revision's records, or with later ones. */
  everywhereAt(revision: number, now: number): void {
    for (const one of this.#decided.keys()) {
      if (one <= revision && !this.#everywhereSince.has(one)) this.#everywhereSince.set(one, now);
    }
  }

  appended(batch: Batch<EnvironmentEvent>): void {
    // The store counts a repeated write as appended.
    if (batch.revision <= this.#revision && this.#commands.has(batch.command.id)) return;
    this.#check(
      batch.revision === this.#revision + 1,
      "G2",
      `revision ${batch.revision} was written after ${this.#revision}`,
    );
    this.#check(
      !this.#commands.has(batch.command.id),
      "G4",
      `command ${batch.command.id} was carried out twice`,
    );
    for (const event of batch.events) this.#judge(event, batch);
    this.#commands.add(batch.command.id);
    this.#revision = batch.revision;
  }

  #judge(event: EnvironmentEvent, batch: Batch<EnvironmentEvent>): void {
    switch (event.type) {
      case "EnvironmentConfigured":
        this.#live ??= event.live;
        this.#configuredAt = batch.revision;
        this.#ttlMs = event.configured.configuration.ttlSeconds * 1000;
        this.#check(this.#flip === undefined, "G3", "a flip's configuration changes under it");
        return;
      case "DeploymentStarted":
        this.#deploymentStarts(event, batch);
        return;
      case "DeploymentSucceeded": {
        const deployment = this.#deployments.get(event.deploymentId);
        const { digest } = deployment?.release.artifact ?? { digest: "" };
        this.#releases.set(event.side, { digest, hash: deployment?.configurationHash ?? "" });
        this.#inFlight.delete(event.side);
        return;
      }
      case "DeploymentFailed":
        this.#inFlight.delete(event.side);
        return;
      case "FlipRequested":
        this.#requests.set(event.request.id, {
          request: event.request,
          revision: batch.revision,
          approvedBy: new Set(),
          isClosed: false,
        });
        return;
      case "RequestApproved":
        this.#requests.get(event.requestId)?.approvedBy.add(event.approval.by);
        return;
      case "RequestClosed": {
        const request = this.#requests.get(event.requestId);
        if (request) request.isClosed = true;
        return;
      }
      case "FlipStarted":
        this.#flipStarts(event, batch.at);
        return;
      case "FlipStepStarted":
        this.#check(this.#flip?.flipId === event.flipId, "G4", "a step of another flip starts");
        return;
      case "TrafficDecided":
        this.#trafficIsDecided(event, batch.revision);
        return;
      case "TrafficSubmitted":
        this.#check(
          this.#applied.has(event.revision) || this.#around.handsWereOn,
          "G9",
          `revision ${event.revision} counts as submitted, and the zone never had it`,
        );
        return;
      case "TrafficInSync":
        this.#check(
          this.#everywhereSince.has(event.revision) || this.#around.handsWereOn,
          "G9",
          `revision ${event.revision} counts as in sync, and a server answers with an older one`,
        );
        return;
      case "CachesExpired": {
        const since = this.#everywhereSince.get(this.#newest) ?? Number.POSITIVE_INFINITY;
        this.#check(
          batch.at >= since + this.#ttlMs || this.#around.handsWereOn,
          "G9",
          `caches count as expired ${batch.at - since} ms after the servers changed`,
        );
        return;
      }
      case "FlipCompleted":
        this.#flip = undefined;
        return;
      case "EnvironmentFrozen":
        this.#isFrozen = true;
        return;
      case "EnvironmentUnfrozen":
        this.#isFrozen = false;
        return;
    }
  }

  #deploymentStarts({ deployment }: DeploymentStarted, batch: Batch<EnvironmentEvent>): void {
    const { side } = deployment;
    this.#deployments.set(deployment.id, deployment);
    if (batch.command.type === "mend") {
      this.#mends.add(deployment.id);
    } else {
      this.#check(side !== this.#live, "G1", `${side} is live and is deployed to`);
      this.#check((this.#weights.get(side) ?? 0) === 0, "G1", `${side} has weight`);
      this.#check(this.#flip === undefined, "G1", "a deployment starts while a flip is in flight");
      this.#check(!this.#around.carries(side), "G1", `clients may still reach ${side}`);
      this.#check(!this.#isFrozen, "G1", "a frozen environment is deployed to");
    }
    this.#check(!this.#inFlight.has(side), "G1", `two deployments to ${side} are in flight`);
    this.#inFlight.set(side, deployment.id);
  }

  #flipStarts(event: FlipStarted, at: number): void {
    const release = this.#releases.get(event.to);
    this.#check(
      !this.#inFlight.has(event.to) || this.isMend(this.#inFlight.get(event.to)),
      "G1",
      `a ${event.kind} starts to ${event.to} while a deployment to it is in flight`,
    );
    if (event.kind === "flip") {
      this.#check(this.#flip === undefined, "G4", "a flip starts while another is in flight");
      this.#check(event.to !== this.#live, "G4", `${event.to} is live already`);
      this.#check(!this.#isFrozen, "G4", "a frozen environment is flipped");
      this.#isApproved(event, at);
    } else if (event.kind === "abort") {
      this.#check(this.#flip?.from === event.to, "G4", "an abort leads where no flip came from");
    } else if (event.to !== this.#live) {
      this.#check(
        this.#hasCarried.has(`${event.to} ${release?.digest}`),
        "G3",
        "a revert leads to a release that never carried traffic",
      );
    }
    this.#flip = event;
    this.flips += 1;
  }

  /** The approval is for exactly what goes live (G3). */
  #isApproved(event: FlipStarted, at: number): void {
    const found = this.#requests.get(event.requestId ?? "");
    this.#check(found !== undefined, "G3", "nobody asked for this flip");
    if (!found) return;
    const { request, approvedBy, isClosed } = found;
    const { candidate } = request;
    const release = this.#releases.get(event.to);
    this.#check(!isClosed, "G3", `request ${request.id} was closed`);
    this.#check(
      approvedBy.size >= request.approvalsRequired,
      "G3",
      `request ${request.id} has ${approvedBy.size} of ${request.approvalsRequired} approvals`,
    );
    this.#check(at < request.expiresAt, "G3", `request ${request.id} had expired`);
    this.#check(candidate.side === event.to, "G3", `request ${request.id} is for another side`);
    this.#check(
      candidate.release.artifact.digest === release?.digest &&
        event.release.artifact.digest === release?.digest,
      "G3",
      `request ${request.id} is for another release than ${event.to} runs`,
    );
    this.#check(
      candidate.configurationHash === release?.hash && this.#configuredAt < found.revision,
      "G3",
      `request ${request.id} is for another configuration`,
    );
  }

  #trafficIsDecided(event: TrafficDecided, revision: number): void {
    const weights = weightsIn(event.records);
    const sum = [...weights.values()].reduce((a, b) => a + b, 0);
    this.#check(sum === 100, "G7", `weights of revision ${revision} sum to ${sum}`);
    this.#check(
      fenceIn(event.records) === revision,
      "G5",
      `the fence of revision ${revision} holds another`,
    );
    this.#decided.set(revision, event.records);
    this.#newest = revision;
    this.#weights = weights;
    const whole = [...weights].find(([, weight]) => weight === 100)?.[0];
    if (whole && this.#flip?.to === whole) this.#live = whole;
  }

  #check(holds: boolean, guarantee: string, what: string): void {
    this.#around.check(holds, guarantee, what);
  }
}
