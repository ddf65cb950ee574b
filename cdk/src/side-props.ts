import type { Duration } from "aws-cdk-lib";
import type * as ec2 from "aws-cdk-lib/aws-ec2";
import type * as ecs from "aws-cdk-lib/aws-ecs";
import type * as logs from "aws-cdk-lib/aws-logs";
import type { App } from "./app-template.ts";
import type { LoadBalancerOptions } from "./https-load-balancer.ts";
import type { Instances } from "./instance-capacity.ts";
import type { PlaceholderImage } from "./placeholder.ts";
import type { TaskScaling } from "./task-scaling.ts";

/** What the sides of an environment have in common. */
export interface ClusterProps {
  readonly vpc: ec2.IVpc;

  /** What the app wants of its tasks. */
  readonly app: App;

  readonly loadBalancer: LoadBalancerOptions;

  /** Name of the service in each side's cluster. A side keeps the name it was made with. */
  readonly serviceName: string;

  /**
   * Path that answers 200 when a task is well: `build.health` of verdigris.yaml.
   *
   * @default "/health"
   */
  readonly healthPath?: string;

  /**
   * How long a task that just started may fail the load balancer's checks.
   *
   * @default - 60 seconds
   */
  readonly healthCheckGracePeriod?: Duration;

  /**
   * Where tasks run.
   *
   * @default - private subnets with a way out; public ones, with public addresses, where there are none
   */
  readonly taskSubnets?: ec2.SubnetSelection;

  /**
   * Instances to run tasks on.
   *
   * @default - Fargate
   */
  readonly instances?: Instances;

  /**
   * Bounds between which the number of tasks follows the load.
   *
   * @default - the operator alone sets the number
   */
  readonly scaling?: TaskScaling;

  /**
   * How long the app's log is kept.
   *
   * @default - three months
   */
  readonly logRetention?: logs.RetentionDays;

  /**
   * Metrics of tasks and containers.
   *
   * @default - enabled, without the enhanced ones
   */
  readonly containerInsights?: ecs.ContainerInsights;

  /**
   * Whether people with permission may open a shell in a task.
   *
   * @default false
   */
  readonly enableExecuteCommand?: boolean;

  /**
   * What runs on a side before its first deployment. A side keeps what it was made with.
   *
   * @default - nginx from Amazon's public registry, answering 200 on every path
   */
  readonly placeholder?: PlaceholderImage;
}

/** What one side is made of. */
export interface SideProps extends ClusterProps {
  /** The side's identity, which never changes. */
  readonly side: "main" | "blue" | "green";

  /**
   * Name of the side's cluster, unique in account and region. The families of its task definitions
   * are named after it. A side keeps the name it was made with.
   */
  readonly clusterName: string;
}
