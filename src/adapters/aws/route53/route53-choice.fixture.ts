import type { ResourceRecordSet } from "@aws-sdk/client-route-53";

/** Whether what an alias points to is healthy, by the alias's DNSName. */
export type TargetHealth = (dnsName: string) => boolean;

/**
 * The sets that Route 53 may answer with out of weighted ones that share a name and type (Developer
 * Guide, "How Amazon Route 53 chooses records when health checking is configured"):
 * - An alias that doesn't evaluate its target's health is healthy always.
 * - At first only sets with weight are considered; when all of them are unhealthy, those of weight 0
 *   are. All of weight 0 are chosen with equal probability ("Values specific for weighted records").
 * - When no set is healthy, all count as healthy, and are chosen by weight.
 */
export function mayAnswer(
  sets: readonly ResourceRecordSet[],
  isHealthy: TargetHealth,
): readonly ResourceRecordSet[] {
  const healthy = sets.filter(({ AliasTarget: target, HealthCheckId }) => {
    if (HealthCheckId !== undefined) throw new Error("no set has a health check here");
    return !target?.EvaluateTargetHealth || isHealthy(target.DNSName ?? "");
  });
  const eligible = healthy.length > 0 ? healthy : sets;
  const weighted = eligible.filter(({ Weight = 0 }) => Weight > 0);
  return weighted.length > 0 ? weighted : eligible;
}
