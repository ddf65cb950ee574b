import { Construct } from "constructs";
import { Side } from "./side.ts";
import type { ClusterProps } from "./side-props.ts";

/** What a {@link BlueGreenCluster} is made of. */
export interface BlueGreenClusterProps extends ClusterProps {
  /** Begins the names of both clusters: `rainbow` makes `rainbow-blue` and `rainbow-green`. */
  readonly clusterName: string;

  /**
   * Where each side is made: give two stacks, so that a change of infrastructure can be deployed to
   * the standby's stack, tried there, and deployed to the other's after the flip.
   *
   * @default - both in the stack of this construct
   */
  readonly scopes?: { readonly blue: Construct; readonly green: Construct };
}

/**
 * An environment of `kind: blue-green`: two sides, alike but for their names, each with a cluster, a
 * service and a load balancer of its own. Which of them is live is the operator's to say.
 */
export class BlueGreenCluster extends Construct {
  readonly blue: Side;
  readonly green: Side;
  readonly sides: readonly Side[];

  constructor(scope: Construct, id: string, props: BlueGreenClusterProps) {
    super(scope, id);
    const { scopes, ...common } = props;
    const make = (side: "blue" | "green", sideId: string): Side =>
      new Side(scopes?.[side] ?? this, scopes ? `${id}${sideId}` : sideId, {
        ...common,
        side,
        clusterName: `${props.clusterName}-${side}`,
      });
    this.blue = make("blue", "Blue");
    this.green = make("green", "Green");
    this.sides = [this.blue, this.green];
  }
}
