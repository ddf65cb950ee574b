/**
 * Each partition of AWS has one Route 53, whose requests are signed for this region (AWS General
 * Reference, "Amazon Route 53 endpoints").
 *
 * @param region of the operator
 */
export function route53RegionFor(region: string): string {
  if (region.startsWith("cn-")) return "cn-northwest-1";
  if (region.startsWith("us-gov-")) return "us-gov-west-1";
  return "us-east-1";
}
