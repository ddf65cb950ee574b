import * as ecs from "aws-cdk-lib/aws-ecs";
import type * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";
import { compatibility } from "./app-template.ts";

/** What runs on a side before its first deployment: it answers 200 on the app's port, whatever the path. */
export interface PlaceholderImage {
  readonly image: ecs.ContainerImage;
  /** @default - the image's */
  readonly command?: readonly string[];
}

/** What a {@link Placeholder} is made of. All of it must stay as it was when the side was made. */
export interface PlaceholderProps {
  readonly family: string;
  readonly container: string;
  readonly port: number;
  readonly onInstances: boolean;
  readonly logGroup: logs.ILogGroup;
  /** @default - nginx from Amazon's public registry */
  readonly image?: PlaceholderImage;
}

/**
 * The first revision in the family of a side's service. Nothing that an app may want to change is in
 * it, so that no later deployment of the infrastructure registers another one: the newest revision of
 * the family is then always the one that the operator deployed last.
 */
export class Placeholder extends Construct {
  readonly taskDefinition: ecs.TaskDefinition;

  constructor(scope: Construct, id: string, props: PlaceholderProps) {
    super(scope, id);
    const placeholder = props.image ?? nginx(props.port);
    this.taskDefinition = new ecs.TaskDefinition(this, "TaskDefinition", {
      family: props.family,
      compatibility: compatibility(props.onInstances),
      networkMode: ecs.NetworkMode.AWS_VPC,
      cpu: "256",
      memoryMiB: "512",
    });
    this.taskDefinition.addContainer("Placeholder", {
      containerName: props.container,
      image: placeholder.image,
      command: placeholder.command && [...placeholder.command],
      portMappings: [{ containerPort: props.port }],
      logging: ecs.LogDrivers.awsLogs({ logGroup: props.logGroup, streamPrefix: "placeholder" }),
    });
  }
}

/** nginx that answers 200 on every path: the image's own site knows no health path. */
function nginx(port: number): PlaceholderImage {
  const site =
    `server { listen ${port}; location / { default_type text/plain; ` +
    'return 200 "This side waits for its first deployment.\\n"; } }';
  return {
    image: ecs.ContainerImage.fromRegistry("public.ecr.aws/docker/library/nginx:stable-alpine"),
    command: [
      "sh",
      "-c",
      `printf '%s' '${site}' > /etc/nginx/conf.d/default.conf && exec nginx -g 'daemon off;'`,
    ],
  };
}
