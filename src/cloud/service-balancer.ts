import { type Balancer, startBalancer } from "./balancer/balancer.ts";
import type { HealthCheckOptions } from "./balancer/health-watch.ts";
import type { ListenerSpec, ServiceStatus } from "./control/protocol.ts";
import { Retry } from "./retry.ts";
import type { Target, TargetGroup } from "./target-group.ts";
import { pause } from "./tasks/pause.ts";

/** A visitor who chose a listener just before it moved still gets a connection there. */
const OVERLAP_MS = 1_000;
/** For requests that are open on a listener that moved away. */
const MOVE_DRAIN_MS = 30_000;

/**
 * The load balancer of one service. Its targets and its request count stay when its listener moves
 * to another address, and while nothing listens at all.
 */
export class ServiceBalancer implements TargetGroup {
  readonly #service: string;
  readonly #healthCheck: Partial<HealthCheckOptions>;
  readonly #targets = new Map<string, Target>();
  readonly #leaving = new Set<Balancer>();
  readonly #closing = new AbortController();
  #current: Balancer | undefined;
  #wanted: ListenerSpec | undefined;
  #fault: string | undefined;
  #retry: Retry | undefined;
  /** Requests that listeners which are gone have counted. */
  #counted: number;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(service: string, requestsTotal = 0, healthCheck: Partial<HealthCheckOptions> = {}) {
    this.#service = service;
    this.#healthCheck = healthCheck;
    this.#counted = requestsTotal;
  }

  /** Where it is to listen. */
  get listener(): ListenerSpec | undefined {
    return this.#wanted;
  }

  /** Why it doesn't listen there now. */
  get fault(): string | undefined {
    return this.#fault;
  }

  /** Whether it listens and some target is not known to fail its health checks. */
  get isHealthy(): boolean {
    return this.#current?.targets().some(({ healthy }) => healthy !== false) ?? false;
  }

  /** The ids of the targets that fail their health checks. */
  get unhealthyTargets(): readonly string[] {
    const targets = this.#current?.targets() ?? [];
    return targets.filter(({ healthy }) => healthy === false).map(({ id }) => id);
  }

  get requests(): ServiceStatus["requests"] {
    const counts = this.#balancers().map((balancer) => balancer.requests());
    return {
      total: counts.reduce((sum, { total }) => sum + total, this.#counted),
      open: counts.reduce((sum, { open }) => sum + open, 0),
    };
  }

  /**
   * Listens there, and a second later no longer where it did before; requests open there end in their
   * own time, or are cut after 30 s. When it rejects, all is as before.
   *
   * @throws AddressInUse, AddressNotAvailable, or what the system says
   */
  listen(spec: ListenerSpec): Promise<void> {
    return this.#inTurn(async () => {
      await this.#bind(spec);
      this.#wanted = spec;
    });
  }

  /** Listens there now or, when that isn't possible, as soon as it is. Returns after the first try. */
  async resume(spec: ListenerSpec, notify: (fault: string) => void): Promise<void> {
    this.#wanted = spec;
    const attempt = () =>
      this.#inTurn(async () => {
        if (!this.#current) await this.#bind(spec);
      });
    try {
      await attempt();
    } catch (error) {
      this.#fault = error instanceof Error ? error.message : String(error);
      notify(this.#fault);
      this.#retry = new Retry(attempt);
    }
  }

  add(target: Target): void {
    this.#targets.set(target.id, target);
    this.#current?.add(target);
  }

  async remove(id: string, deadlineMs: number): Promise<void> {
    this.#targets.delete(id);
    await Promise.all(this.#balancers().map((balancer) => balancer.remove(id, deadlineMs)));
  }

  /** Accepts nothing more; resolves when what is open has ended or was cut after `deadlineMs`. */
  async close(deadlineMs: number): Promise<void> {
    this.#retry?.giveUp();
    await this.#turn;
    const balancers = this.#balancers();
    if (this.#current) this.#leaving.add(this.#current);
    this.#current = undefined;
    const closed = balancers.map((balancer) => this.#retire(balancer, deadlineMs));
    this.#closing.abort();
    await Promise.all(closed);
  }

  async #bind(spec: ListenerSpec): Promise<void> {
    const before = this.#current;
    if (before && isAt(before, spec)) return;
    const { address, port } = spec;
    for (const one of this.#leaving) if (isAt(one, spec)) void this.#retire(one, MOVE_DRAIN_MS);
    const healthCheck = this.#healthCheck;
    const balancer = await startBalancer({ name: this.#service, address, port, healthCheck });
    for (const target of this.#targets.values()) balancer.add(target);
    this.#current = balancer;
    this.#fault = undefined;
    this.#retry?.giveUp();
    if (before) void this.#moveAway(before);
  }

  async #moveAway(balancer: Balancer): Promise<void> {
    this.#leaving.add(balancer);
    await pause(OVERLAP_MS, this.#closing.signal);
    await this.#retire(balancer, MOVE_DRAIN_MS);
  }

  /** From the moment of the call the address is free. */
  async #retire(balancer: Balancer, deadlineMs: number): Promise<void> {
    await balancer.close(deadlineMs);
    if (this.#leaving.delete(balancer)) this.#counted += balancer.requests().total;
  }

  #balancers(): readonly Balancer[] {
    return [...(this.#current ? [this.#current] : []), ...this.#leaving];
  }

  #inTurn(step: () => Promise<void>): Promise<void> {
    const result = this.#turn.then(step);
    this.#turn = Promise.allSettled([result]);
    return result;
  }
}

function isAt(balancer: Balancer, { address, port }: ListenerSpec): boolean {
  return balancer.address === address && balancer.port === port;
}
