export type { App } from "./app-template.ts";
export { BlueGreenCluster, type BlueGreenClusterProps } from "./blue-green-cluster.ts";
export type { LoadBalancerOptions } from "./https-load-balancer.ts";
export type { Instances } from "./instance-capacity.ts";
export {
  type AssumedSide,
  type NamedSide,
  type OperatedSide,
  operatedSide,
} from "./operated-side.ts";
export { Operator } from "./operator/operator.ts";
export type { OperatorEnvironment } from "./operator/operator-environment.ts";
export { sidePolicy, zonePolicy } from "./operator/operator-policy.ts";
export type {
  CommonOperatorProps,
  OperatorAsFunction,
  OperatorAsService,
  OperatorName,
  OperatorProps,
} from "./operator/operator-props.ts";
export type { PlaceholderImage } from "./placeholder.ts";
export { SharedNetwork, type SharedNetworkProps } from "./shared-network.ts";
export { Side } from "./side.ts";
export type { ClusterProps, SideProps } from "./side-props.ts";
export { SingleCluster, type SingleClusterProps } from "./single-cluster.ts";
export type { TaskScaling } from "./task-scaling.ts";
