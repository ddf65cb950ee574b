import { startBalancer } from "../../../src/cloud/balancer/balancer.ts";

export interface BalancerSettings {
  readonly upstreamPort: number;
  readonly healthCheckIntervalMs: number;
  /** Balancers beside the one that is measured, each with a target and its health checks. */
  readonly idleSides: number;
}

/** A side's balancer as the local cloud starts it. Says its port. */
export async function serveBalancer(settings: BalancerSettings): Promise<void> {
  const { upstreamPort, healthCheckIntervalMs, idleSides } = settings;
  const ports: number[] = [];
  for (let side = 0; side <= idleSides; side += 1) {
    const balancer = await startBalancer({
      name: `rainbow/production/side-${side}`,
      address: "127.0.0.1",
      port: 0,
      healthCheck: { intervalMs: healthCheckIntervalMs },
    });
    balancer.add({ id: "t1", host: "127.0.0.1", port: upstreamPort, healthPath: "/health" });
    ports.push(balancer.port);
  }
  console.log(ports[0]);
}
