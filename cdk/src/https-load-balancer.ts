import { Duration } from "aws-cdk-lib";
import * as ec2 from "aws-cdk-lib/aws-ec2";
import * as elb from "aws-cdk-lib/aws-elasticloadbalancingv2";
import type * as s3 from "aws-cdk-lib/aws-s3";
import { Construct } from "constructs";

/** How visitors reach a load balancer. */
export interface LoadBalancerOptions {
  /**
   * Certificates of the TLS listener, at least one, valid for every name that leads to this load
   * balancer (record and preview). Port 80 does nothing but redirect to it.
   */
  readonly certificates: readonly elb.IListenerCertificate[];

  /**
   * Whether it has public addresses.
   *
   * @default true
   */
  readonly internetFacing?: boolean;

  /**
   * Whether it answers on IPv6 too; the network must have IPv6. Verdigris then keeps AAAA records
   * beside the A records.
   *
   * @default false
   */
  readonly dualStack?: boolean;

  /**
   * Who may connect to it.
   *
   * @default - everyone
   */
  readonly clients?: readonly ec2.IPeer[];

  /**
   * Versions and ciphers of TLS.
   *
   * @default - TLS 1.3 and 1.2 with forward secrecy and post-quantum key exchange
   */
  readonly sslPolicy?: elb.SslPolicy;

  /**
   * Whether it can't be deleted until this is turned off: the records of a side name it.
   *
   * @default true
   */
  readonly deletionProtection?: boolean;

  /**
   * Where a line for each request is kept. The stack must name its region then, since the account
   * that writes the log differs by region.
   *
   * @default - nowhere
   */
  readonly accessLogs?: { readonly bucket: s3.IBucket; readonly prefix?: string };
}

/** What an {@link HttpsLoadBalancer} leads to. */
export interface HttpsLoadBalancerProps extends LoadBalancerOptions {
  readonly vpc: ec2.IVpc;
  /** Port on which targets speak plain HTTP. */
  readonly targetPort: number;
  /** Path that answers 200 when a target is well. */
  readonly healthPath: string;
}

/** One application load balancer, its two listeners and the one target group behind them. */
export class HttpsLoadBalancer extends Construct {
  readonly loadBalancer: elb.ApplicationLoadBalancer;
  readonly targets: elb.ApplicationTargetGroup;

  constructor(scope: Construct, id: string, props: HttpsLoadBalancerProps) {
    super(scope, id);
    if (props.certificates.length === 0) {
      throw new Error(
        `${this.node.path}: a load balancer needs at least one certificate, since it answers on TLS only.`,
      );
    }
    this.loadBalancer = new elb.ApplicationLoadBalancer(this, "LoadBalancer", {
      vpc: props.vpc,
      internetFacing: props.internetFacing ?? true,
      ipAddressType: props.dualStack ? elb.IpAddressType.DUAL_STACK : elb.IpAddressType.IPV4,
      deletionProtection: props.deletionProtection ?? true,
      dropInvalidHeaderFields: true,
    });
    if (props.accessLogs) {
      this.loadBalancer.logAccessLogs(props.accessLogs.bucket, props.accessLogs.prefix);
    }
    this.targets = this.targetGroup(props);
    const https = this.loadBalancer.addListener("Https", {
      port: 443,
      certificates: [...props.certificates],
      sslPolicy: props.sslPolicy ?? elb.SslPolicy.TLS13_12_RES_PQ,
      defaultTargetGroups: [this.targets],
      open: false,
    });
    const redirect = this.loadBalancer.addRedirect({ open: false });
    for (const client of props.clients ?? everyone(props.dualStack ?? false)) {
      https.connections.allowDefaultPortFrom(client);
      redirect.connections.allowDefaultPortFrom(client);
    }
  }

  private targetGroup(props: HttpsLoadBalancerProps): elb.ApplicationTargetGroup {
    return new elb.ApplicationTargetGroup(this, "Targets", {
      vpc: props.vpc,
      port: props.targetPort,
      protocol: elb.ApplicationProtocol.HTTP,
      targetType: elb.TargetType.IP,
      // The default, 300 s, makes each deployment that much longer (ELB User Guide, "Deregistration delay").
      deregistrationDelay: Duration.seconds(30),
      healthCheck: {
        path: props.healthPath,
        healthyHttpCodes: "200",
        interval: Duration.seconds(10),
        timeout: Duration.seconds(5),
        healthyThresholdCount: 2,
        unhealthyThresholdCount: 3,
      },
    });
  }
}

function everyone(dualStack: boolean): ec2.IPeer[] {
  return [ec2.Peer.anyIpv4(), ...(dualStack ? [ec2.Peer.anyIpv6()] : [])];
}
