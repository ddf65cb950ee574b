import { Construct } from "constructs";
import { Side } from "./side.ts";
import type { ClusterProps } from "./side-props.ts";

/** What a {@link SingleCluster} is made of. */
export interface SingleClusterProps extends ClusterProps {
  /** Name of the cluster, such as `rainbow-test`. */
  readonly clusterName: string;
}

/** An environment of `kind: single`: the one side `main`, which the operator updates in place. */
export class SingleCluster extends Construct {
  readonly main: Side;
  readonly sides: readonly Side[];

  constructor(scope: Construct, id: string, props: SingleClusterProps) {
    super(scope, id);
    this.main = new Side(this, "Main", { ...props, side: "main" });
    this.sides = [this.main];
  }
}
