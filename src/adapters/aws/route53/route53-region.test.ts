import { Route53Client } from "@aws-sdk/client-route-53";
import { expect, it } from "vitest";
import { route53RegionFor } from "./route53-region.ts";

it.each([
  ["eu-west-1", "us-east-1", "https://route53.amazonaws.com/"],
  ["us-gov-east-1", "us-gov-west-1", "https://route53.us-gov.amazonaws.com/"],
  ["cn-north-1", "cn-northwest-1", "https://route53.amazonaws.com.cn/"],
])(
  "requests of an operator in %s are signed for %s, and go where the SDK sends them",
  (from, to, url) => {
    const region = route53RegionFor(from);
    expect(region).toBe(to);
    const client = new Route53Client({ region });
    const endpoint = client.config.endpointProvider({ Region: region });
    expect(endpoint.url.href).toBe(url);
    expect(endpoint.properties).toMatchObject({ authSchemes: [{ signingRegion: to }] });
    client.destroy();
  },
);
