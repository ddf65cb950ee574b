import type { SimulatePrincipalPolicyCommandInput } from "@aws-sdk/client-iam";
import { describe, expect, it } from "vitest";
import { AWS_EXAMPLE } from "../../../contract/configuration/aws-example.ts";
import { parseConfiguration } from "../../../contract/configuration/parse.ts";
import type { OpenedAws } from "../open-aws.ts";
import { checkClock } from "./caller.ts";
import { checkPermissions } from "./permissions.ts";
import { serviceFault } from "./sides.ts";

const FAMILY = "arn:aws:ecs:eu-west-1:123456789012:task-definition/rainbow";
const USER = "arn:aws:iam::123456789012:user/ana";

function places() {
  const parsed = parseConfiguration(AWS_EXAMPLE, { file: "verdigris.yaml" });
  if (!parsed.ok) throw new Error("the example can't be used");
  return Object.entries(parsed.configuration.environments).map(([name, section]) => ({
    name,
    section,
  }));
}

/** An account whose IAM denies these actions, and what was simulated. */
function iamDenying(...denied: readonly string[]) {
  const simulated: SimulatePrincipalPolicyCommandInput[] = [];
  const send = async ({ input }: { input: SimulatePrincipalPolicyCommandInput }) => {
    if ("services" in input) return { services: [{ taskDefinition: `${FAMILY}:7` }] };
    if (!input.PolicySourceArn)
      return { Role: { Arn: "arn:aws:iam::123456789012:role/ci/deployer" } };
    simulated.push(input);
    return {
      EvaluationResults: input.ActionNames?.map((EvalActionName) => ({
        EvalActionName,
        EvalDecision: denied.includes(EvalActionName) ? "implicitDeny" : "allowed",
      })),
    };
  };
  const aws = {
    settings: { table: "verdigris", region: "eu-west-1" },
    clients: { client: async () => ({ send }) },
    zones: { find: async () => ({ kind: "found", zone: { id: "Z1", name: "example.com" } }) },
  };
  return { aws: aws as unknown as OpenedAws, simulated };
}

describe("permissions", () => {
  it("are simulated as a change would ask for them, and nothing is missing", async () => {
    const { aws, simulated } = iamDenying();
    expect(await checkPermissions(aws, USER, places())).toEqual([
      { ok: true, what: "IAM allows all that Verdigris does" },
    ]);
    const change = simulated.find(({ ActionNames }) =>
      ActionNames?.includes("route53:ChangeResourceRecordSets"),
    );
    expect(change).toMatchObject({
      PolicySourceArn: USER,
      ResourceArns: ["arn:aws:route53:::hostedzone/Z1"],
      ContextEntries: expect.arrayContaining([
        {
          ContextKeyName: "route53:ChangeResourceRecordSetsNormalizedRecordNames",
          ContextKeyType: "stringList",
          ContextKeyValues: ["test.rainbow.example.com", "_verdigris.test.rainbow.example.com"],
        },
      ]),
    });
    const resources = simulated.flatMap(({ ResourceArns = [] }) => ResourceArns);
    expect(resources).toContain("arn:aws:dynamodb:eu-west-1:123456789012:table/verdigris");
    expect(resources).toContain("arn:aws:ecs:eu-west-1:123456789012:service/rainbow-blue/rainbow");
    expect(resources).toContain(`${FAMILY}:*`);
  });

  it("that are missing are named with their resource, in one line for each", async () => {
    const { aws } = iamDenying("route53:GetChange", "dynamodb:PutItem", "dynamodb:Query");
    expect((await checkPermissions(aws, USER, places())).map(({ what }) => what)).toEqual([
      "IAM denies dynamodb:PutItem, dynamodb:Query on arn:aws:dynamodb:eu-west-1:123456789012:table/verdigris",
      "IAM denies route53:GetChange on arn:aws:route53:::change/*",
    ]);
  });

  it("of a session are its role's, whose path only IAM knows", async () => {
    const { aws, simulated } = iamDenying();
    await checkPermissions(aws, "arn:aws:sts::123456789012:assumed-role/deployer/ana", places());
    expect(simulated[0]?.PolicySourceArn).toBe("arn:aws:iam::123456789012:role/ci/deployer");
  });

  it("can't be checked by who may not simulate, and of the root user need not be", async () => {
    const { aws } = iamDenying();
    const denied = () => Promise.reject(Object.assign(new Error("no"), { name: "AccessDenied" }));
    const blind = { ...aws, clients: { client: async () => ({ send: denied }) } };
    const [found] = await checkPermissions(blind as unknown as OpenedAws, USER, places());
    expect(found?.mend).toContain("Allow iam:SimulatePrincipalPolicy on yourself");
    const [root] = await checkPermissions(aws, "arn:aws:iam::123456789012:root", places());
    expect(root?.what).toContain("root user");
  });
});

describe("the clock", () => {
  it.each([
    [0.4, true, "agrees"],
    [-29, true, "agrees"],
    [45, false, "45 s ahead of AWS's"],
    [-400, false, "400 s behind AWS's"],
  ])("that is %d s ahead: ok is %s", (ahead, ok, what) => {
    expect(checkClock(ahead)).toMatchObject({ ok, what: expect.stringContaining(what) });
  });
});

describe("a service", () => {
  const good = {
    status: "ACTIVE",
    loadBalancers: [{ targetGroupArn: "arn:tg" }],
    deploymentConfiguration: { deploymentCircuitBreaker: { enable: true, rollback: true } },
  };

  it.each([
    [undefined, "not there"],
    [{ ...good, status: "INACTIVE" }, "It is inactive"],
    [{ ...good, deploymentController: { type: "CODE_DEPLOY" as const } }, "CODE_DEPLOY"],
    [{ ...good, loadBalancers: [] }, "no load balancer"],
    [{ ...good, deploymentConfiguration: {} }, "circuit breaker is off"],
  ])("that can't be deployed to says why: %j", (service, why) => {
    expect(serviceFault(service)).toContain(why);
  });

  it("that can be has no fault", () => {
    expect(serviceFault(good)).toBeUndefined();
  });
});
