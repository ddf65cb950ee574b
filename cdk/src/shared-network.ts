import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as logs from "aws-cdk-lib/aws-logs";
import { Construct } from "constructs";

/** What {@link SharedNetwork} is made of. */
export interface SharedNetworkProps {
  /**
   * A network that is there already. Nothing is made and nothing in it is changed: its endpoints and
   * flow logs are those of whoever made it. The other properties may not be given then.
   *
   * @default - a network is made
   */
  readonly existing?: ec2.IVpc;

  /**
   * Addresses of the network.
   *
   * @default - 10.0.0.0/16
   */
  readonly ipAddresses?: ec2.IIpAddresses;

  /**
   * In how many availability zones, at least 2: a load balancer wants subnets in two.
   *
   * @default 2
   */
  readonly availabilityZones?: number;

  /**
   * How many NAT gateways. One per zone keeps an outage of a zone in that zone; 1 saves money and makes
   * every task depend on one zone. With 0 there are only public subnets: tasks get public addresses,
   * and their security groups alone keep strangers out.
   *
   * @default - one per availability zone
   */
  readonly natGateways?: number;

  /**
   * Whether the network has IPv6 as well, which load balancers need to be dualstack.
   *
   * @default false
   */
  readonly dualStack?: boolean;

  /**
   * How long the log of all flows is kept; `false` for no log.
   *
   * @default - one month
   */
  readonly flowLogs?: logs.RetentionDays | false;

  /**
   * Whether the rules of the network's default security group are taken away, as AWS Security Hub
   * asks for (EC2.2). Nothing of Verdigris is in that group. It takes a custom resource, which is a
   * Lambda function, so it is not done unless asked for.
   *
   * @default false
   */
  readonly restrictDefaultSecurityGroup?: boolean;
}

/**
 * The network that all clusters share: public subnets for load balancers, private ones with a way
 * out for tasks, and gateway endpoints so that traffic to S3 (where ECR keeps layers) and DynamoDB
 * passes no NAT gateway.
 */
export class SharedNetwork extends Construct {
  readonly vpc: ec2.IVpc;

  constructor(scope: Construct, id: string, props: SharedNetworkProps = {}) {
    super(scope, id);
    if (props.existing) {
      const others = Object.keys(props).filter((key) => key !== "existing");
      if (others.length > 0) {
        throw new Error(
          `SharedNetwork: ${others.join(", ")} can't be had with an existing network, which is left ` +
            "as it is. Leave them out, or leave out existing.",
        );
      }
      this.vpc = props.existing;
      return;
    }
    this.vpc = this.make(props);
  }

  private make(props: SharedNetworkProps): ec2.IVpc {
    const zones = props.availabilityZones ?? 2;
    if (!Number.isInteger(zones) || zones < 2) {
      throw new Error(
        `SharedNetwork: availabilityZones is ${zones}; a load balancer needs subnets in at least 2.`,
      );
    }
    const nats = props.natGateways ?? zones;
    const vpc = new ec2.Vpc(this, "Vpc", {
      ipAddresses: props.ipAddresses ?? ec2.IpAddresses.cidr("10.0.0.0/16"),
      ipProtocol: props.dualStack ? ec2.IpProtocol.DUAL_STACK : ec2.IpProtocol.IPV4_ONLY,
      maxAzs: zones,
      natGateways: nats,
      // Load balancers, NAT gateways and tasks that ask for one get a public address without it.
      subnetConfiguration: [
        { name: "Public", subnetType: ec2.SubnetType.PUBLIC, mapPublicIpOnLaunch: false },
        ...(nats > 0 ? [{ name: "Tasks", subnetType: ec2.SubnetType.PRIVATE_WITH_EGRESS }] : []),
      ],
      gatewayEndpoints: {
        S3: { service: ec2.GatewayVpcEndpointAwsService.S3 },
        DynamoDB: { service: ec2.GatewayVpcEndpointAwsService.DYNAMODB },
      },
      restrictDefaultSecurityGroup: props.restrictDefaultSecurityGroup ?? false,
    });
    const retention = props.flowLogs ?? logs.RetentionDays.ONE_MONTH;
    if (retention !== false) {
      vpc.addFlowLog("FlowLog", {
        destination: ec2.FlowLogDestination.toCloudWatchLogs(
          new logs.LogGroup(this, "FlowLogs", { retention }),
        ),
      });
    }
    return vpc;
  }
}
