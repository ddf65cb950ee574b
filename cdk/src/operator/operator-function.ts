import { Duration, Stack } from "aws-cdk-lib";
import * as apigateway from "aws-cdk-lib/aws-apigatewayv2";
import { HttpLambdaIntegration } from "aws-cdk-lib/aws-apigatewayv2-integrations";
import type { IRole } from "aws-cdk-lib/aws-iam";
import * as iam from "aws-cdk-lib/aws-iam";
import * as lambda from "aws-cdk-lib/aws-lambda";
import * as logs from "aws-cdk-lib/aws-logs";
import * as route53 from "aws-cdk-lib/aws-route53";
import { ApiGatewayv2DomainProperties } from "aws-cdk-lib/aws-route53-targets";
import * as scheduler from "aws-cdk-lib/aws-scheduler";
import { LambdaInvoke } from "aws-cdk-lib/aws-scheduler-targets";
import { Construct } from "constructs";
import { operatorCode } from "./operator-code.ts";
import type { OperatorAsFunction } from "./operator-props.ts";
import { operatorSettings, type TableSettings } from "./operator-settings.ts";

/** The operator as a function behind an HTTP API, woken each minute to drive what is in flight. */
export class OperatorFunction extends Construct {
  readonly role: IRole;
  readonly url: string;
  readonly handler: lambda.Function;

  constructor(scope: Construct, id: string, props: OperatorAsFunction, table: TableSettings) {
    super(scope, id);
    const retention = props.logRetention ?? logs.RetentionDays.THREE_MONTHS;
    const api = new apigateway.HttpApi(this, "Api", {
      createDefaultStage: false,
      description: "Verdigris operator. Its own keys guard it: there is no authorizer.",
      disableExecuteApiEndpoint: props.name !== undefined,
    });
    const host =
      props.name?.domainName ??
      `${api.apiId}.execute-api.${Stack.of(this).region}.${Stack.of(this).urlSuffix}`;
    this.url = `https://${host}`;
    this.handler = this.makeHandler(props, table, host, retention);
    this.role = this.handler.role as IRole;
    // Of all routes only $default takes the path "/" and every other.
    new apigateway.HttpRoute(this, "Route", {
      httpApi: api,
      routeKey: apigateway.HttpRouteKey.DEFAULT,
      integration: new HttpLambdaIntegration("Operator", this.handler),
    });
    const stage = new apigateway.HttpStage(this, "Stage", {
      httpApi: api,
      stageName: "$default",
      autoDeploy: true,
      throttle: { rateLimit: 50, burstLimit: 100 },
      accessLogSettings: {
        destination: new apigateway.LogGroupLogDestination(
          new logs.LogGroup(this, "AccessLogs", { retention }),
        ),
      },
    });
    if (props.name) {
      const domainName = this.domain(props.name);
      new apigateway.ApiMapping(this, "Mapping", { api, domainName, stage });
    }
    this.driveEachMinute();
  }

  private makeHandler(
    props: OperatorAsFunction,
    table: TableSettings,
    host: string,
    retention: logs.RetentionDays,
  ): lambda.Function {
    const logGroup = new logs.LogGroup(this, "Logs", { retention });
    const role = new iam.Role(this, "Role", {
      assumedBy: new iam.ServicePrincipal("lambda.amazonaws.com"),
    });
    logGroup.grantWrite(role);
    props.githubSecret?.grantRead(role);
    return new lambda.Function(this, "Function", {
      description: "Verdigris operator",
      runtime: props.runtime ?? lambda.Runtime.NODEJS_24_X,
      architecture: lambda.Architecture.ARM_64,
      handler: "lambda.handler",
      code: operatorCode(props.codePath),
      memorySize: 512,
      timeout: Duration.seconds(60),
      role,
      logGroup,
      environment: {
        ...operatorSettings(props, table, [host]),
        ...(props.githubSecret && { VERDIGRIS_GITHUB_SECRET_ARN: props.githubSecret.secretArn }),
      },
      // The next minute's call does what a failed one left undone.
      retryAttempts: 0,
      maxEventAge: Duration.minutes(1),
    });
  }

  private driveEachMinute(): void {
    new scheduler.Schedule(this, "Drive", {
      description: "Wakes the Verdigris operator to drive what is in flight",
      schedule: scheduler.ScheduleExpression.rate(Duration.minutes(1)),
      target: new LambdaInvoke(this.handler, {
        input: scheduler.ScheduleTargetInput.fromObject({ verdigris: "drive" }),
        retryAttempts: 0,
        maxEventAge: Duration.minutes(1),
      }),
    });
  }

  private domain(name: NonNullable<OperatorAsFunction["name"]>): apigateway.DomainName {
    const domain = new apigateway.DomainName(this, "Domain", {
      domainName: name.domainName,
      certificate: name.certificate,
      securityPolicy: apigateway.SecurityPolicy.TLS_1_2,
    });
    if (name.hostedZone) {
      new route53.ARecord(this, "Alias", {
        zone: name.hostedZone,
        recordName: `${name.domainName}.`,
        target: route53.RecordTarget.fromAlias(
          new ApiGatewayv2DomainProperties(domain.regionalDomainName, domain.regionalHostedZoneId),
        ),
      });
    }
    return domain;
  }
}
