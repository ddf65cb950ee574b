import type { ContextEntry } from "@aws-sdk/client-iam";
import { explainAwsError } from "../../../adapters/aws/aws-errors.ts";
import type { Finding } from "../../../cli/finding.ts";
import { fenceName } from "../../../domain/environment/traffic.ts";
import type { OpenedAws } from "../open-aws.ts";
import type { EcsSection, Place } from "./places.ts";
import { ecsSides, regionOf } from "./places.ts";

/** What is simulated: these actions on this resource, as a change would ask for them. */
interface Wanted {
  readonly actions: readonly string[];
  readonly resource: string;
  readonly context?: readonly ContextEntry[];
}

/**
 * Whether IAM would let the caller do all that Verdigris does, by simulating the caller's policies:
 * nothing is carried out (IAM API, SimulatePrincipalPolicy). A side with a role of its own is left out,
 * for only that role's account can tell.
 */
export async function checkPermissions(
  aws: OpenedAws,
  caller: string,
  places: readonly Place[],
): Promise<readonly Finding[]> {
  const account = caller.split(":")[4] ?? "";
  const partition = caller.split(":")[1] ?? "aws";
  if (caller.endsWith(":root")) return [ROOT];
  try {
    const principal = await principalOf(aws, caller);
    const wanted = [
      onTable(aws, partition, account),
      ...(await onZones(aws, partition, places)),
      ...(await onServices(aws, partition, account, places)),
      ANYWHERE,
    ];
    const answers = await Promise.all(
      wanted.map(async (one) => ({ ...one, denied: await denied(aws, principal, one) })),
    );
    const faults = answers.filter((answer) => answer.denied.length > 0);
    if (faults.length === 0) return [{ ok: true, what: "IAM allows all that Verdigris does" }];
    return faults.map((fault) => ({
      ok: false,
      what: `IAM denies ${fault.denied.join(", ")} on ${fault.resource}`,
      mend: `Add it to the policies of ${principal}; docs/aws.md has the whole policy`,
    }));
  } catch (error) {
    const mend = `${explainAwsError(error).message} Allow iam:SimulatePrincipalPolicy${caller.includes(":assumed-role/") ? " and iam:GetRole" : ""} on yourself, or compare your policy with docs/aws.md`;
    return [{ ok: false, what: "permissions can't be checked", mend }];
  }
}

function onTable({ settings }: OpenedAws, partition: string, account: string): Wanted {
  const { table, region } = settings;
  return {
    actions: ["dynamodb:GetItem", "dynamodb:PutItem", "dynamodb:Query", "dynamodb:DescribeTable"],
    resource: `arn:${partition}:dynamodb:${region}:${account}:table/${table}`,
  };
}

async function onZones(
  aws: OpenedAws,
  partition: string,
  places: readonly Place[],
): Promise<readonly Wanted[]> {
  if (aws.settings.zoneRole) return [];
  const wanted: Wanted[] = [];
  for (const { section } of places) {
    const found = await aws.zones.find(section.record);
    if (found.kind !== "found") continue;
    const resource = `arn:${partition}:route53:::hostedzone/${found.zone.id}`;
    const preview = "preview" in section ? section.preview : undefined;
    const names = [section.record, fenceName(section), ...(preview ? [preview] : [])];
    wanted.push(
      { actions: ["route53:ListResourceRecordSets", "route53:GetHostedZone"], resource },
      {
        actions: ["route53:ChangeResourceRecordSets"],
        resource,
        context: changeContext(names),
      },
    );
  }
  const change = {
    actions: ["route53:GetChange"],
    resource: `arn:${partition}:route53:::change/*`,
  };
  return wanted.length === 0 ? [] : [...wanted, change];
}

/** As a change of these names is seen by a policy's conditions (Route 53 Developer Guide, "Using IAM policy conditions"). */
function changeContext(names: readonly string[]): readonly ContextEntry[] {
  const key = (name: string) => `route53:ChangeResourceRecordSets${name}`;
  const list = (name: string, values: readonly string[]): ContextEntry => ({
    ContextKeyName: key(name),
    ContextKeyType: "stringList",
    ContextKeyValues: [...values],
  });
  return [
    list("NormalizedRecordNames", names),
    list("RecordTypes", ["A", "AAAA", "TXT"]),
    list("Actions", ["CREATE", "DELETE"]),
  ];
}

async function onServices(
  aws: OpenedAws,
  partition: string,
  account: string,
  places: readonly Place[],
): Promise<readonly Wanted[]> {
  const own = ecsSides(places).filter(({ side }) => side.role === undefined);
  const wanted = own.map(async ({ side }): Promise<readonly Wanted[]> => {
    const { cluster, service } = side;
    const family = await familyOf(aws, side);
    const actions = ["ecs:DescribeServices", "ecs:UpdateService", "ecs:TagResource"];
    const arn = `arn:${partition}:ecs:${regionOf(side)}:${account}:service/${cluster}/${service}`;
    return [
      { actions, resource: arn },
      ...(family ? [{ actions: ["ecs:RegisterTaskDefinition"], resource: family }] : []),
    ];
  });
  return (await Promise.all(wanted)).flat();
}

/** The ARN of all revisions of the service's task definition; undefined where the service can't be seen. */
async function familyOf(aws: OpenedAws, side: EcsSection): Promise<string | undefined> {
  try {
    const { DescribeServicesCommand } = await import("@aws-sdk/client-ecs");
    const ecs = await aws.clients.client("ecs", { region: regionOf(side) });
    const asked = new DescribeServicesCommand({ cluster: side.cluster, services: [side.service] });
    const [service] = (await ecs.send(asked)).services ?? [];
    return service?.taskDefinition?.replace(/:\d+$/, ":*");
  } catch {
    // The line about the side itself says why.
    return undefined;
  }
}

/** These know no resources, or only such as are made by the call (Service Authorization Reference). */
const ANYWHERE: Wanted = {
  actions: [
    "ecs:DescribeTaskDefinition",
    "ecs:ListTaskDefinitions",
    "elasticloadbalancing:DescribeLoadBalancers",
    "elasticloadbalancing:DescribeTargetHealth",
    "cloudwatch:GetMetricData",
  ],
  resource: "*",
};

/** IAM simulates no policies for it: it has none. */
const ROOT: Finding = {
  ok: false,
  what: "you are the account's root user, who may do everything",
  mend: 'Take a role with the policy of docs/aws.md instead (IAM User Guide, "Root user best practices")',
};

/** Those of the actions that the principal's policies don't allow. */
async function denied(
  aws: OpenedAws,
  principal: string,
  { actions, resource, context }: Wanted,
): Promise<readonly string[]> {
  const { SimulatePrincipalPolicyCommand } = await import("@aws-sdk/client-iam");
  const iam = await aws.clients.client("iam", { region: aws.settings.region });
  const { EvaluationResults = [] } = await iam.send(
    new SimulatePrincipalPolicyCommand({
      PolicySourceArn: principal,
      ActionNames: [...actions],
      ResourceArns: [resource],
      ...(context ? { ContextEntries: [...context] } : {}),
    }),
  );
  return EvaluationResults.filter(({ EvalDecision }) => EvalDecision !== "allowed").map(
    ({ EvalActionName = "" }) => EvalActionName,
  );
}

/** A session is none: its role is, whose path only IAM knows. */
async function principalOf(aws: OpenedAws, caller: string): Promise<string> {
  const role = /:assumed-role\/([^/]+)\//.exec(caller)?.[1];
  if (role === undefined) return caller;
  const { GetRoleCommand } = await import("@aws-sdk/client-iam");
  const iam = await aws.clients.client("iam", { region: aws.settings.region });
  const { Role } = await iam.send(new GetRoleCommand({ RoleName: role }));
  return Role?.Arn ?? caller;
}
