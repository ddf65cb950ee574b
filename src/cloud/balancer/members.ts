import type { Target, TargetGroup } from "../target-group.ts";
import { type HealthCheckOptions, HealthWatch } from "./health-watch.ts";
import type { Failure } from "./proxy/failure.ts";
import type { ProxyLimits } from "./proxy/limits.ts";
import { Upstream } from "./proxy/upstream.ts";
import { chooseTarget } from "./target-choice.ts";

export interface MemberOptions {
  readonly limits: ProxyLimits;
  readonly healthCheck: HealthCheckOptions;
  readonly onHealthChange: (id: string, healthy: boolean) => void;
}

/** A target as the balancer sees it now. */
export interface TargetState {
  readonly id: string;
  /** Undefined until its first health checks have decided. */
  readonly healthy: boolean | undefined;
  /** Requests and upgraded connections open on it. */
  readonly open: number;
}

/** The targets of one balancer, and which of them gets the next request. */
export class Members implements TargetGroup {
  readonly #options: MemberOptions;
  readonly #leaving = new Set<Member>();
  #present: readonly Member[] = [];
  #turn = 0;

  constructor(options: MemberOptions) {
    this.#options = options;
  }

  add(target: Target): void {
    if (this.#present.some((member) => member.id === target.id)) return;
    this.#present = [...this.#present, new Member(target, this.#options)];
  }

  async remove(id: string, deadlineMs: number): Promise<void> {
    const removed = this.#present.filter((member) => member.id === id);
    this.#present = this.#present.filter((member) => member.id !== id);
    for (const member of removed) this.#leaving.add(member);
    const leaving = [...this.#leaving].filter((member) => member.id === id);
    await Promise.all(leaving.map((member) => member.leave(deadlineMs)));
    for (const member of leaving) this.#leaving.delete(member);
  }

  async removeAll(deadlineMs: number): Promise<void> {
    const ids = new Set([...this.#present, ...this.#leaving].map((member) => member.id));
    await Promise.all([...ids].map((id) => this.remove(id, deadlineMs)));
  }

  /** Where the next request goes; see `chooseTarget`. */
  next(tried: readonly Upstream[]): Upstream | Failure {
    const members = this.#present;
    if (members.length === 0) {
      return { code: "no_task", status: 503, reason: "no task is running behind this address" };
    }
    this.#turn = (this.#turn + 1) % members.length;
    const member = chooseTarget(members, this.#turn, ({ upstream }) => tried.includes(upstream));
    return member?.upstream ?? { code: "busy", status: 503, reason: "every task is busy" };
  }

  states(): readonly TargetState[] {
    return this.#present.map(({ id, healthy, open }) => ({ id, healthy, open }));
  }
}

class Member {
  readonly id: string;
  readonly upstream: Upstream;
  readonly #watch: HealthWatch;

  constructor(target: Target, { limits, healthCheck, onHealthChange }: MemberOptions) {
    const { id, host, port } = target;
    this.id = id;
    this.upstream = new Upstream(`task ${id}`, host, port, limits);
    this.#watch = new HealthWatch(target, healthCheck, (healthy) => onHealthChange(id, healthy));
  }

  get healthy(): boolean | undefined {
    return this.#watch.healthy;
  }

  get open(): number {
    return this.upstream.open;
  }

  get full(): boolean {
    return this.upstream.full;
  }

  async leave(deadlineMs: number): Promise<void> {
    this.#watch.stop();
    await this.upstream.drain(deadlineMs);
  }
}
