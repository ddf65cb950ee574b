/** What a pipeline is written for: from verdigris.yaml, the folder it stands in, and the flags. */
export interface PipelinePlan {
  readonly app: string;
  readonly branch: string;
  /** Of the Verdigris that the pipeline runs. */
  readonly version: string;
  readonly build: BuildPlan;
  readonly image: ImagePlan;
  /** Whether an operator is asked, with a key, or the table itself is worked on, with a role of AWS. */
  readonly control: "server" | "table";
  /** Absent where no job needs AWS. */
  readonly aws?: { readonly region: string; readonly role?: string };
  readonly environments: readonly EnvironmentPlan[];
  /** Where people approve: behind the CI system's own gate, or in Verdigris. */
  readonly approval: Approval;
}

export const APPROVALS = ["ci", "verdigris"] as const;
export type Approval = (typeof APPROVALS)[number];

export interface BuildPlan {
  /** Fetch and compile, then validate. */
  readonly steps: readonly { readonly name: string; readonly command: string }[];
  /** The longest that each of them may take. */
  readonly minutes: number;
  /** There is a package.json, and so Node is wanted. */
  readonly node: boolean;
  /** There is a package-lock.json, from which npm's cache is known. */
  readonly locked: boolean;
}

export interface ImagePlan {
  /** Registry and name, without a tag. */
  readonly repository: string;
  readonly registry: string;
  /** The region of an Elastic Container Registry; absent for any other registry. */
  readonly ecrRegion?: string;
}

export interface EnvironmentPlan {
  readonly name: string;
  readonly record: string;
  readonly preview?: string;
  /** The longest to wait for the environment to be free, and again for the deployment. */
  readonly deploySeconds: number;
  /** Absent in a single environment. */
  readonly flip?: FlipPlan;
}

export interface FlipPlan {
  readonly approvals: number;
  /** The longest to wait until the last step is in sync. */
  readonly seconds: number;
}

/** A file for a CI system. */
export interface Pipeline {
  /** Relative to the repository's root. */
  readonly path: string;
  readonly text: string;
  /** What people must set up in the CI system for it, a line each. */
  readonly setUp: readonly string[];
}

/** The environments that have a flip. */
export function flipsOf({ environments }: PipelinePlan) {
  return environments.flatMap((environment) =>
    environment.flip ? [{ environment, flip: environment.flip }] : [],
  );
}

export function minutes(seconds: number): number {
  return Math.ceil(seconds / 60);
}
