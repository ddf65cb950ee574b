import * as ec2 from "aws-cdk-lib/aws-ec2";

/** Where tasks run in a network. */
export interface TaskPlacement {
  readonly subnets: ec2.SubnetSelection;
  /** Whether each task gets a public address, without which it can't leave a public subnet. */
  readonly publicAddress: boolean;
}

/** The subnets asked for; else private ones with a way out where the network has any; else public ones. */
export function taskPlacement(vpc: ec2.IVpc, asked?: ec2.SubnetSelection): TaskPlacement {
  const subnets = asked ?? {
    subnetType:
      vpc.privateSubnets.length > 0 ? ec2.SubnetType.PRIVATE_WITH_EGRESS : ec2.SubnetType.PUBLIC,
  };
  return { subnets, publicAddress: vpc.selectSubnets(subnets).hasPublic };
}
