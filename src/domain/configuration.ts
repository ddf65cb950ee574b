/** `rainbow/production`: the app's name, a slash, the environment's name. */
export type EnvironmentName = string;

/** The colour of a side, its identity: it never changes. A single environment has the one side `main`. */
export type SideName = "blue" | "green" | "main";

/**
 * How an environment is released: `single` has one side, updated in place; `blue-green` has two,
 * and traffic moves between them.
 */
export type EnvironmentKind = "single" | "blue-green";

/** One environment's settings, complete: defaults filled in, addresses known, durations in seconds. */
export interface EnvironmentConfiguration {
  readonly kind: EnvironmentKind;
  /** The name clients ask for. */
  readonly record: string;
  /** The name on which the standby can be looked at before anyone approves. */
  readonly preview?: string;
  readonly ttlSeconds: number;
  readonly sides: Readonly<Partial<Record<SideName, SideConfiguration>>>;
  readonly process: ProcessConfiguration;
  /** To how many tasks a side on ECS is brought back when it no longer serves; left as it is when absent. */
  readonly standbyTasks?: number;
  /** Which side has the traffic when the environment is registered, where it is adopted from before. */
  readonly initialLive?: SideName;
  readonly flip: FlipPolicy;
  /** A deployment that is not healthy by then has failed. */
  readonly deployTimeoutSeconds: number;
}

/** One whole set of infrastructure. */
export type SideConfiguration = ProcessSide | EcsSide;

/** Processes of one machine, behind a load balancer of the local cloud. */
export interface ProcessSide {
  readonly runtime: "process";
  /** The address of the side's load balancer, to which its A record points. */
  readonly address: string;
  readonly port: number;
}

/** An ECS service with a cluster and a load balancer of its own. */
export interface EcsSide {
  readonly runtime: "ecs";
  /** The AWS region of all that is named here. */
  readonly region: string;
  readonly cluster: string;
  readonly service: string;
  readonly loadBalancer: LoadBalancer;
  /** The container of the task definition that gets the image; needed where it has several. */
  readonly container?: string;
  /** The family whose newest revision is the base of each deployment; the service's own when absent. */
  readonly taskDefinition?: string;
  /** The ARN of a role to assume for all that is named here. */
  readonly role?: string;
}

/** As Elastic Load Balancing describes it when the configuration is registered. */
export interface LoadBalancer {
  readonly arn: string;
  /** The name that its addresses are at, in lower case. */
  readonly dnsName: string;
  /** The canonical hosted zone, which an alias names. */
  readonly zone: string;
  /** Whether it has IPv6 addresses too. */
  readonly dualStack: boolean;
}

/** How tasks are run; of a side on ECS, whose task definition says the rest, only their number counts. */
export interface ProcessConfiguration {
  /** A shell command that listens on $PORT. */
  readonly start: string;
  /** A path that answers 2xx or 3xx when a task can serve. */
  readonly healthPath: string;
  /** On ECS the fewest that a side with traffic has; a service may have been given more. */
  readonly tasks: number;
  readonly environment: Readonly<Record<string, string>>;
  /** Between SIGTERM and SIGKILL. */
  readonly graceSeconds: number;
}

export interface FlipPolicy {
  readonly approvals: {
    /** How many different people; 0 means that a flip needs no request. */
    readonly required: number;
    readonly expiresSeconds: number;
    readonly authorMayApprove: boolean;
  };
  /** Ascending weights of the side that becomes live; the last is 100. */
  readonly steps: readonly FlipStep[];
  /** The longest time, after caches expired, that the old side waits to become quiet. */
  readonly drainSeconds: number;
}

export interface FlipStep {
  /** Percent of traffic on the side that becomes live: 1 to 100. */
  readonly weight: number;
  /** How long to stay at this weight, counted from in sync, before the next step or completion. */
  readonly bakeSeconds: number;
}

export function sideNames(configuration: EnvironmentConfiguration): readonly SideName[] {
  return (["main", "blue", "green"] as const).filter((side) => configuration.sides[side]);
}

/** Rules that hold between fields; the shape of each field is checked where it is read. */
export function configurationFaults(configuration: EnvironmentConfiguration): readonly string[] {
  const faults: string[] = [];
  const sides = sideNames(configuration).join(", ");
  const wanted = configuration.kind === "single" ? "main" : "blue, green";
  if (sides !== wanted) {
    faults.push(
      `a ${configuration.kind} environment has the sides ${wanted}, not ${sides || "none"}`,
    );
  }
  const weights = configuration.flip.steps.map((step) => step.weight);
  if (weights.at(-1) !== 100) faults.push("the last flip step must have weight 100");
  if (weights.some((weight, i) => weight <= (weights[i - 1] ?? 0))) {
    faults.push("the weights of flip steps must rise from step to step");
  }
  if (configuration.preview === configuration.record) {
    faults.push("preview and record must be different names");
  }
  const runtimes = new Set(Object.values(configuration.sides).map(({ runtime }) => runtime));
  if (runtimes.size > 1) faults.push("both sides must have the same runtime");
  return faults;
}
