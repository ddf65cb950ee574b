import { readFileSync } from "node:fs";
import { join } from "node:path";
import {
  type CloudFormationClient,
  CreateStackCommand,
  DescribeStackEventsCommand,
  DescribeStacksCommand,
  type Stack,
  UpdateStackCommand,
} from "@aws-sdk/client-cloudformation";

/** In the order in which they need each other, as `cdk deploy --all` goes. */
export const STACKS = [
  "verdigris-network",
  "rainbow-test",
  "rainbow-blue",
  "rainbow-green",
  "verdigris-operator",
] as const;

/** `changed` is what a second `cdk synth` makes after the app's template got another variable. */
export type Synthesis = "first" | "changed";

/** The hosted zone that the example names unless it is told another. */
const EXAMPLE_ZONE = "Z0123456789EXAMPLE";

/**
 * MiniStack 1.5.33 knows no rules of security groups as resources of their own; it passes all traffic.
 * AWS has both (CloudFormation Template Reference).
 */
const UNKNOWN_TYPES = ["AWS::EC2::SecurityGroupEgress", "AWS::EC2::SecurityGroupIngress"];

const WITHIN_MS = 60_000;

interface Template {
  readonly Resources: Record<string, { readonly Type: string; DependsOn?: string | string[] }>;
  Parameters?: unknown;
  Rules?: unknown;
}

/** Creates or updates the stack, and resolves with its outputs when it is complete. */
export async function deployStack(
  client: CloudFormationClient,
  synthesis: Synthesis,
  name: string,
  hostedZone: string,
): Promise<readonly string[]> {
  const before = await describe(client, name);
  const input = {
    StackName: name,
    TemplateBody: templateOf(synthesis, name, hostedZone),
    Capabilities: ["CAPABILITY_NAMED_IAM" as const],
  };
  if (!before) await client.send(new CreateStackCommand(input));
  else await client.send(new UpdateStackCommand(input)).catch(unlessUnchanged);
  const { Outputs = [] } = await complete(client, name);
  return Outputs.filter(({ ExportName }) => !ExportName).map(({ OutputValue = "" }) => OutputValue);
}

/** As CloudFormation says that the template is the one that is there (cdk deploy goes on then). */
function unlessUnchanged(error: Error): void {
  if (error.message !== "No updates are to be performed.") throw error;
}

function templateOf(synthesis: Synthesis, name: string, hostedZone: string): string {
  const folder = process.env.VERDIGRIS_TEST_TEMPLATES;
  if (!folder)
    throw new Error("VERDIGRIS_TEST_TEMPLATES is not set: run these with npm run test:aws");
  const text = readFileSync(join(folder, synthesis, `${name}.template.json`), "utf8");
  const template = JSON.parse(text.replaceAll(EXAMPLE_ZONE, hostedZone)) as Template;
  // They ask whether the account was bootstrapped for the CDK's assets, of which there are none.
  delete template.Parameters;
  delete template.Rules;
  const unknown = Object.keys(template.Resources).filter((id) =>
    UNKNOWN_TYPES.includes(template.Resources[id]?.Type ?? ""),
  );
  for (const id of unknown) delete template.Resources[id];
  for (const resource of Object.values(template.Resources)) {
    if (!resource.DependsOn) continue;
    resource.DependsOn = [resource.DependsOn].flat().filter((id) => !unknown.includes(id));
  }
  return JSON.stringify(template);
}

async function complete(client: CloudFormationClient, name: string): Promise<Stack> {
  const deadline = performance.now() + WITHIN_MS;
  while (performance.now() < deadline) {
    const stack = await describe(client, name);
    const status = stack?.StackStatus ?? "";
    if (stack && /^(CREATE|UPDATE)_COMPLETE$/.test(status)) return stack;
    if (!status.endsWith("IN_PROGRESS")) throw new Error(await failureOf(client, name, status));
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  throw new Error(`stack ${name} is not complete after ${WITHIN_MS / 1000} s`);
}

async function describe(client: CloudFormationClient, name: string): Promise<Stack | undefined> {
  const { Stacks } = await client
    .send(new DescribeStacksCommand({ StackName: name }))
    .catch((error: Error) => {
      if (error.name === "ValidationError") return { Stacks: [] };
      throw error;
    });
  return Stacks?.[0];
}

async function failureOf(client: CloudFormationClient, name: string, status: string) {
  const { StackEvents = [] } = await client.send(
    new DescribeStackEventsCommand({ StackName: name }),
  );
  const failed = StackEvents.filter((one) => one.ResourceStatus?.endsWith("FAILED"));
  const why = failed.map((one) => `${one.LogicalResourceId}: ${one.ResourceStatusReason}`);
  return `stack ${name} is ${status}: ${why.join("; ")}`;
}
