import { ArnFormat, CfnOutput, Stack } from "aws-cdk-lib";
import type * as dynamodb from "aws-cdk-lib/aws-dynamodb";
import type { IRole } from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";
import { normalizedRecordName, recordNames } from "./operator-environment.ts";
import { OperatorFunction } from "./operator-function.ts";
import { operatorPolicy } from "./operator-policy.ts";
import type { OperatorProps } from "./operator-props.ts";
import { OperatorService } from "./operator-service.ts";
import { stateTable } from "./state-table.ts";

/**
 * Verdigris's operator: its table, the process that serves the API and drives releases, and
 * permissions for exactly the environments that it is given.
 */
export class Operator extends Construct {
  readonly table: dynamodb.ITable;
  /** The role that all its calls to AWS are made with. */
  readonly role: IRole;
  /** Where the API and the console are. */
  readonly url: string;

  constructor(scope: Construct, id: string, props: OperatorProps) {
    super(scope, id);
    checkName(this, props);
    this.table = props.table ?? stateTable(this, "Table", "verdigris");
    const stack = Stack.of(this);
    const region = props.table
      ? (stack.splitArn(props.table.tableArn, ArnFormat.SLASH_RESOURCE_NAME).region ?? stack.region)
      : stack.region;
    const settings = { tableName: this.table.tableName, region };
    const runner =
      props.runsOn === "service"
        ? new OperatorService(this, "Service", props, settings)
        : new OperatorFunction(this, "Function", props, settings);
    this.role = runner.role;
    this.url = runner.url;
    for (const statement of operatorPolicy(this, {
      tableArn: this.table.tableArn,
      environments: props.environments,
      zoneRoleArn: props.zoneRoleArn,
      metrics: props.metrics ?? true,
      logs: props.logs ?? true,
    })) {
      this.role.addToPrincipalPolicy(statement);
    }
    new CfnOutput(this, "VerdigrisYaml", {
      value: `control: { server: "${this.url}" }`,
      description: "A line for verdigris.yaml",
    });
    new CfnOutput(this, "VerdigrisYamlWithoutServer", {
      value: `control: { table: ${settings.tableName}, region: ${region} }`,
      description: "The same for those who work with AWS credentials of their own",
    });
  }
}

/** A record for the API must not be able to move an app's traffic. */
function checkName(operator: Operator, props: OperatorProps): void {
  const name = props.name && normalizedRecordName(props.name.domainName);
  const taken = props.environments.flatMap(recordNames);
  if (name !== undefined && taken.includes(name)) {
    throw new Error(
      `${operator.node.path}: ${name} is a name of an environment, whose records are the operator's ` +
        "to change and not CloudFormation's. Give the operator a name of its own.",
    );
  }
}
