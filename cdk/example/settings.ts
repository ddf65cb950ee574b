import type { Node } from "constructs";

/** What differs between one account's rainbow and another's. */
export interface Settings {
  /** The domain under which all names are. */
  readonly domain: string;
  /** Id of the hosted zone for it. */
  readonly hostedZoneId: string;
  /** ARN of a certificate for the domain, `*.` and `*.rainbow.` it, in the region of the stacks. */
  readonly certificateArn: string;
  /** Tag of the operator's image in the account's repository `verdigris`. */
  readonly operatorTag: string;
  readonly runsOn: "service" | "function";
  /** The folder that holds lambda.mjs, where the operator runs as a function. */
  readonly operatorCode: string;
  /** None means public subnets only. */
  readonly natGateways: number | undefined;
  readonly flowLogs: boolean;
  readonly deletionProtection: boolean;
  /** A setting of the app, to see that a change of it ships with the next release. */
  readonly greeting: string;
}

/** Settings from the context (`cdk synth -c domain=…`); the defaults are good for a look at the templates only. */
export function settingsFrom(node: Node): Settings {
  const text = (key: string, otherwise: string): string =>
    String(node.tryGetContext(key) ?? otherwise);
  const nats = node.tryGetContext("natGateways");
  const runsOn = text("runsOn", "service");
  if (runsOn !== "service" && runsOn !== "function") {
    throw new Error(`The context runsOn is "${runsOn}"; it is either "service" or "function".`);
  }
  return {
    domain: text("domain", "example.com"),
    hostedZoneId: text("hostedZoneId", "Z0123456789EXAMPLE"),
    certificateArn: text(
      "certificateArn",
      "arn:aws:acm:eu-west-1:123456789012:certificate/00000000-0000-4000-8000-000000000000",
    ),
    operatorTag: text("operatorTag", "0.1.0"),
    runsOn,
    operatorCode: text("operatorCode", "../dist/lambda"),
    natGateways: nats === undefined ? undefined : Number(nats),
    flowLogs: text("flowLogs", "true") === "true",
    deletionProtection: text("deletionProtection", "true") === "true",
    greeting: text("greeting", "Hello"),
  };
}
