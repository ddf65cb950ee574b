import type { TargetGroup } from "../target-group.ts";
import { DEFAULT_HEALTH_CHECK, type HealthCheckOptions } from "./health-watch.ts";
import { Members, type TargetState } from "./members.ts";
import type { Exchange } from "./proxy/exchange.ts";
import { forward } from "./proxy/forward.ts";
import { Front } from "./proxy/front.ts";
import { DEFAULT_LIMITS, type ProxyLimits } from "./proxy/limits.ts";

export interface BalancerOptions {
  /** What it stands in front of, as messages call it: "rainbow/production/blue". */
  readonly name: string;
  /** The loopback address of the side. */
  readonly address: string;
  /** 0 takes any that is free. */
  readonly port: number;
  /** The count of requests to go on from. */
  readonly requestsTotal?: number;
  readonly limits?: Partial<ProxyLimits>;
  readonly healthCheck?: Partial<HealthCheckOptions>;
  /** Called when checks first decide about a target, and at each change. */
  readonly onHealthChange?: (id: string, healthy: boolean) => void;
}

/** A side's load balancer: one address in front of the side's tasks. */
export interface Balancer extends TargetGroup {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** The ids of targets that pass their health checks. When there are none, all targets get requests. */
  healthyTargets(): readonly string[];
  targets(): readonly TargetState[];
  /** Requests and upgrades begun, health checks apart, and those open now. */
  requests(): { readonly total: number; readonly open: number };
  /**
   * Accepts nothing more; resolves when what is open has ended or, after `deadlineMs`, was cut. The
   * targets are left then too.
   */
  close(deadlineMs: number): Promise<void>;
}

/**
 * Listens and forwards, with 503 until a target is added. Throws AddressInUse, AddressNotAvailable, or
 * what the system says.
 */
export async function startBalancer(options: BalancerOptions): Promise<Balancer> {
  const { name, address, port } = options;
  const limits = { ...DEFAULT_LIMITS, ...options.limits };
  const members = new Members({
    limits,
    healthCheck: { ...DEFAULT_HEALTH_CHECK, ...options.healthCheck },
    onHealthChange: options.onHealthChange ?? (() => undefined),
  });
  let total = options.requestsTotal ?? 0;
  let open = 0;
  const onExchange = (exchange: Exchange) => {
    total += 1;
    open += 1;
    exchange.onClosed(() => {
      open -= 1;
    });
    forward(exchange, (tried) => members.next(tried));
  };
  const front = await Front.listen({ proxy: name, address, port, limits, onExchange });
  return {
    name,
    address: front.address,
    port: front.port,
    add: (target) => members.add(target),
    remove: (id, deadlineMs) => members.remove(id, deadlineMs),
    healthyTargets: () =>
      members.states().flatMap(({ id, healthy }) => (healthy === true ? [id] : [])),
    targets: () => members.states(),
    requests: () => ({ total, open }),
    async close(deadlineMs) {
      await front.close(deadlineMs);
      await members.removeAll(0);
    },
  };
}
