import { describe, expect, it } from "vitest";
import { AwsFault, explainAwsError } from "./aws-errors.ts";

const error = (name: string, message: string, more: object = {}) =>
  Object.assign(new Error(message), { name, ...more });

const OPERATOR = "arn:aws:sts::123456789012:assumed-role/operator/one";
const SERVICE = "arn:aws:ecs:eu-west-1:123456789012:service/blue/rainbow";

describe("a permission that is missing", () => {
  it.each([
    [
      `User: ${OPERATOR} is not authorized to perform: ecs:UpdateService on resource: ${SERVICE} because no identity-based policy allows the ecs:UpdateService action`,
      `ecs:UpdateService on ${SERVICE} is not allowed to ${OPERATOR} (no identity-based policy allows the ecs:UpdateService action). Grant it, then try again.`,
    ],
    [
      `User: ${OPERATOR} is not authorized to perform: ecs:UpdateService on resource: ${SERVICE} with an explicit deny in a service control policy`,
      `ecs:UpdateService on ${SERVICE} is not allowed to ${OPERATOR} (an explicit deny in a service control policy). Remove the statement that denies it, then try again.`,
    ],
    [
      `User: ${OPERATOR} is not authorized to perform: ecs:ListTasks`,
      `ecs:ListTasks is not allowed to ${OPERATOR}. Grant it, then try again.`,
    ],
    [
      `User: ${OPERATOR} is not authorized to perform: sts:AssumeRole on resource: arn:aws:iam::210987654321:role/blue`,
      `sts:AssumeRole on arn:aws:iam::210987654321:role/blue is not allowed to ${OPERATOR}. Grant it, and let the role's trust policy name the caller, then try again.`,
    ],
  ])("is named with its resource: %s", (said, message) => {
    const permission = /perform: (\S+)/.exec(said)?.[1];
    expect(explainAwsError(error("AccessDeniedException", said))).toEqual({
      kind: "denied",
      permission,
      message,
    });
  });

  it("is known by its text too, whatever the error's name", () => {
    const said = `User: ${OPERATOR} is not authorized to perform: iam:PassRole on resource: arn:aws:iam::1:role/x.`;
    expect(explainAwsError(error("ClientException", said))).toMatchObject({
      kind: "denied",
      permission: "iam:PassRole",
      message: expect.stringMatching(/^iam:PassRole on arn:aws:iam::1:role\/x is not allowed/),
    });
  });

  it("is told as far as AWS tells it", () => {
    expect(explainAwsError(error("AccessDenied", "Access Denied"))).toEqual({
      kind: "denied",
      message:
        "AWS denies access (AccessDenied: Access Denied). Grant the permission, then try again.",
    });
  });
});

it.each([
  [
    "credentials",
    error("ExpiredTokenException", "The security token included in the request is expired"),
    /have expired.*aws sso login/,
  ],
  [
    "credentials",
    error("CredentialsProviderError", "Could not load credentials from any providers"),
    /no AWS credentials were found.*AWS_PROFILE/,
  ],
  [
    "credentials",
    error("UnrecognizedClientException", "The security token included in the request is invalid."),
    /doesn't accept the credentials.*region is enabled/,
  ],
  [
    "credentials",
    error("InvalidSignatureException", "The request signature we calculated does not match"),
    /doesn't accept the credentials/,
  ],
  [
    "clock",
    error(
      "RequestTimeTooSkewed",
      "The difference between the request time and the current time is too large.",
    ),
    /clock differs too much.*Set it/,
  ],
  [
    "clock",
    error(
      "InvalidSignatureException",
      "Signature expired: 20260101T000000Z is now earlier than 20260101T001000Z",
    ),
    /clock differs too much/,
  ],
  [
    "clock",
    error(
      "SignatureDoesNotMatch",
      "Signature not yet current: 20260101T002000Z is still later than",
    ),
    /clock differs too much/,
  ],
  [
    "missing",
    error("ClusterNotFoundException", "Cluster not found."),
    /no such ECS cluster \(Cluster not found\.\)\. Check its name, the region and the account/,
  ],
  ["missing", error("ServiceNotFoundException", "Service not found."), /no such ECS service/],
  ["missing", error("ServiceNotActiveException", "Service was not ACTIVE."), /no longer active/],
  [
    "missing",
    error("LoadBalancerNotFoundException", "One or more load balancers not found"),
    /no such load balancer/,
  ],
  [
    "missing",
    error("ResourceNotFoundException", "The specified log group does not exist."),
    /what was asked for isn't there/,
  ],
  [
    "throttled",
    error("ThrottlingException", "Rate exceeded"),
    /no more requests of this account.*tried again/,
  ],
  ["throttled", error("Throttling", "slow down"), /no more requests/],
  ["throttled", error("ClientException", "Rate exceeded"), /no more requests/],
  [
    "unreachable",
    error("Error", "", { code: "ECONNREFUSED" }),
    /can't be reached \(ECONNREFUSED.*AWS_ENDPOINT_URL/,
  ],
  [
    "unreachable",
    error("Error", "getaddrinfo ENOTFOUND ecs.eu-wset-1.amazonaws.com", { code: "ENOTFOUND" }),
    /Check the region's name and this machine's DNS/,
  ],
  [
    "unreachable",
    error("TimeoutError", "Connection timed out after 2000 ms"),
    /can't be reached \(TimeoutError/,
  ],
  ["unreachable", error("AbortError", "Request aborted"), /repeating it is safe/],
  [
    "unreachable",
    new Error("outer", { cause: error("Error", "connect", { code: "EHOSTUNREACH" }) }),
    /EHOSTUNREACH/,
  ],
  [
    "unreachable",
    error("Error", "", { code: "UNABLE_TO_VERIFY_LEAF_SIGNATURE" }),
    /UNABLE_TO_VERIFY/,
  ],
  [
    "other",
    error("ServerException", "Service Unavailable.\nTry again"),
    /^ServerException: Service Unavailable\. Try again$/,
  ],
  ["other", "text", /^Error: text$/],
] as const)("%s: %s", (kind, cause, message) => {
  expect(explainAwsError(cause)).toEqual({ kind, message: expect.stringMatching(message) });
});

describe("AwsFault", () => {
  it("says what was asked and why not, and explains itself as its cause does", () => {
    const cause = error("ClusterNotFoundException", "Cluster not found.");
    const fault = new AwsFault("the service rainbow can't be looked at", cause);
    expect(fault.message).toMatch(
      /^the service rainbow can't be looked at: there is no such ECS cluster/,
    );
    expect(fault.cause).toBe(cause);
    expect(explainAwsError(fault)).toEqual(explainAwsError(cause));
  });
});
