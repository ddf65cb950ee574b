import * as autoscaling from "aws-cdk-lib/aws-autoscaling";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as ecs from "aws-cdk-lib/aws-ecs";
import * as iam from "aws-cdk-lib/aws-iam";
import { Construct } from "constructs";

/** Instances of a cluster's own, for tasks that Fargate doesn't suit. */
export interface Instances {
  readonly instanceType: ec2.InstanceType;
  /**
   * Processor of the instances.
   *
   * @default - x86, 64 bit
   */
  readonly hardware?: ecs.AmiHardwareType;
  /** @default 0 */
  readonly minInstances?: number;
  readonly maxInstances: number;
}

/** What an {@link InstanceCapacity} is made of. */
export interface InstanceCapacityProps extends Instances {
  readonly cluster: ecs.Cluster;
  readonly subnets: ec2.SubnetSelection;
}

/**
 * An auto scaling group that ECS sizes by what its tasks need, and whose instances are emptied before
 * they end.
 */
export class InstanceCapacity extends Construct {
  readonly provider: ecs.AsgCapacityProvider;

  constructor(scope: Construct, id: string, props: InstanceCapacityProps) {
    super(scope, id);
    const template = new ec2.LaunchTemplate(this, "Instance", {
      instanceType: props.instanceType,
      machineImage: ecs.EcsOptimizedImage.amazonLinux2023(
        props.hardware ?? ecs.AmiHardwareType.STANDARD,
      ),
      // Tasks must not reach the instance's role: version 2 only, and answers go one hop.
      requireImdsv2: true,
      httpPutResponseHopLimit: 1,
      userData: userData(),
      role: new iam.Role(this, "Role", {
        assumedBy: new iam.ServicePrincipal("ec2.amazonaws.com"),
      }),
      // Tasks have groups of their own; nobody connects to an instance.
      securityGroup: new ec2.SecurityGroup(this, "SecurityGroup", {
        vpc: props.cluster.vpc,
        description: "Instances of an ECS cluster",
      }),
      blockDevices: [{ deviceName: "/dev/xvda", volume: rootVolume }],
    });
    const group = new autoscaling.AutoScalingGroup(this, "Group", {
      vpc: props.cluster.vpc,
      vpcSubnets: props.subnets,
      launchTemplate: template,
      minCapacity: props.minInstances ?? 0,
      maxCapacity: props.maxInstances,
    });
    this.provider = new ecs.AsgCapacityProvider(this, "Provider", {
      autoScalingGroup: group,
      // New instances are protected, and ECS takes that off one that has no task left.
      enableManagedTerminationProtection: true,
    });
    props.cluster.addAsgCapacityProvider(this.provider);
  }
}

/**
 * Tasks have network interfaces of their own, so that the hop limit alone doesn't keep them from the
 * instance's role (ECS Developer Guide, "Amazon EC2 container instance security considerations").
 */
function userData(): ec2.UserData {
  const script = ec2.UserData.forLinux();
  script.addCommands("echo ECS_AWSVPC_BLOCK_IMDS=true >> /etc/ecs/ecs.config");
  return script;
}

/** The ECS image of Amazon Linux 2023 needs at least 30 GiB. */
const rootVolume = ec2.BlockDeviceVolume.ebs(30, {
  encrypted: true,
  volumeType: ec2.EbsDeviceVolumeType.GP3,
});
