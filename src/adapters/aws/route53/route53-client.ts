import { Route53Client, type Route53ClientConfig } from "@aws-sdk/client-route-53";

/**
 * A client that sends each request once: what it would repeat by itself would escape the account's
 * budget, and a change that is repeated is refused though it took effect.
 */
export function openRoute53(config: Route53ClientConfig = {}): Route53Client {
  return new Route53Client({ ...config, maxAttempts: 1 });
}
