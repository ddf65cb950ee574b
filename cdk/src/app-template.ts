import { Duration } from "aws-cdk-lib";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as iam from "aws-cdk-lib/aws-iam";
import type * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

/**
 * What the app wants of the tasks that run it. All of it is in the template task definition, so a
 * change ships with the next release, by way of the standby, and never reaches the side that serves.
 */
export interface App {
  /**
   * The app's image. Its repository is what counts: with `ContainerImage.fromEcrRepository` the
   * execution role may pull from it. Each deployment puts the release's digest in place of the tag.
   */
  readonly image: ecs.ContainerImage;

  /**
   * Name of the container that gets the release's image. A side keeps the name it was made with.
   *
   * @default "app"
   */
  readonly container?: string;

  /**
   * Port on which the app speaks plain HTTP, 1 to 65535. A side keeps the port it was made with.
   *
   * @default 8080
   */
  readonly port?: number;

  /**
   * CPU units of a task; 1024 are one vCPU.
   *
   * @default 256
   */
  readonly cpu?: number;

  /**
   * Memory of a task in MiB. Fargate allows certain pairs of cpu and memory only.
   *
   * @default 512
   */
  readonly memoryMiB?: number;

  /**
   * Processor that the image is built for.
   *
   * @default - x86, 64 bit
   */
  readonly architecture?: ecs.CpuArchitecture;

  /** Settings that anyone may read who can describe a task definition. */
  readonly environment?: Readonly<Record<string, string>>;

  /** Settings that ECS fetches as a task starts; the execution role may read exactly these. */
  readonly secrets?: Readonly<Record<string, ecs.Secret>>;

  /** @default - the image's */
  readonly entryPoint?: readonly string[];

  /** @default - the image's */
  readonly command?: readonly string[];

  /**
   * Whether the container's own files can't be written.
   *
   * @default false
   */
  readonly readonlyRootFilesystem?: boolean;

  /**
   * A check that ECS runs in the container, beside the load balancer's.
   *
   * @default - none
   */
  readonly healthCheck?: ecs.HealthCheck;

  /**
   * How long a task may go on after it was told to stop; at most 120 s on Fargate.
   *
   * @default - 30 seconds
   */
  readonly stopTimeout?: Duration;
}

/** What an {@link AppTemplate} is made of. */
export interface AppTemplateProps {
  readonly app: App;
  /** Family of the task definition. */
  readonly family: string;
  /** Whether tasks run on instances of the cluster's own and not on Fargate. */
  readonly onInstances: boolean;
  readonly logGroup: logs.ILogGroup;
}

/** The container's name where none is given. */
export const appContainer = (app: App): string => app.container ?? "app";

/** The app's port where none is given. */
export const appPort = (app: App): number => app.port ?? 8080;

/**
 * The task definition that each deployment to a side is based on. No service runs it: the operator
 * registers a revision of it, with the release's image, in the family of the side's service.
 */
export class AppTemplate extends Construct {
  readonly taskDefinition: ecs.TaskDefinition;
  /** What the app's own calls to AWS are allowed by. */
  readonly taskRole: iam.Role;
  /** What ECS pulls the image, reads secrets and writes logs with. */
  readonly executionRole: iam.Role;

  constructor(scope: Construct, id: string, props: AppTemplateProps) {
    super(scope, id);
    const app = props.app;
    this.taskRole = taskRole(this, "TaskRole");
    this.executionRole = taskRole(this, "ExecutionRole");
    this.taskDefinition = new ecs.TaskDefinition(this, "TaskDefinition", {
      family: props.family,
      compatibility: compatibility(props.onInstances),
      networkMode: ecs.NetworkMode.AWS_VPC,
      cpu: String(app.cpu ?? 256),
      memoryMiB: String(app.memoryMiB ?? 512),
      runtimePlatform: {
        cpuArchitecture: app.architecture ?? ecs.CpuArchitecture.X86_64,
        operatingSystemFamily: ecs.OperatingSystemFamily.LINUX,
      },
      taskRole: this.taskRole,
      executionRole: this.executionRole,
    });
    this.taskDefinition.addContainer("App", {
      containerName: appContainer(app),
      image: app.image,
      portMappings: [{ containerPort: appPort(app) }],
      environment: { ...app.environment },
      secrets: { ...app.secrets },
      entryPoint: app.entryPoint && [...app.entryPoint],
      command: app.command && [...app.command],
      healthCheck: app.healthCheck,
      readonlyRootFilesystem: app.readonlyRootFilesystem ?? false,
      stopTimeout: app.stopTimeout ?? Duration.seconds(30),
      logging: ecs.LogDrivers.awsLogs({ logGroup: props.logGroup, streamPrefix: "app" }),
    });
  }
}

/** What a task definition must be fit for. */
export const compatibility = (onInstances: boolean): ecs.Compatibility =>
  onInstances ? ecs.Compatibility.EC2_AND_FARGATE : ecs.Compatibility.FARGATE;

function taskRole(scope: Construct, id: string): iam.Role {
  return new iam.Role(scope, id, {
    assumedBy: new iam.ServicePrincipal("ecs-tasks.amazonaws.com"),
  });
}
