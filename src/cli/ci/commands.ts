import type { EnvironmentPlan, FlipPlan, PipelinePlan } from "./pipeline-plan.ts";

/**
 * Shell commands that are the same in each CI system. Whatever comes from a commit or a person is in
 * a variable of the environment, and in quotes.
 */
export interface Commands {
  /** Finds every mistake in verdigris.yaml, and reaches nobody. */
  check(): string;
  apply(): string;
  /** $IMAGE_DIGEST is the digest. */
  register(): string;
  deploy(environment: EnvironmentPlan): string;
  /** Prints two lines: `REQUEST=<id>` and `SIDE=<colour>`. */
  requestFlip(environment: EnvironmentPlan): string;
  /** Of $REQUEST; the reason is in $REASON. */
  approve(): string;
  /** Of $REQUEST, to $SIDE. */
  flip(environment: EnvironmentPlan, flip: FlipPlan): string;
}

/** `commit` is the variable in which this CI system gives the whole commit. */
export function commandsOf(plan: PipelinePlan, system: string, commit: string): Commands {
  const verdigris = `npx --yes verdigris@${plan.version}`;
  const region = plan.aws ? ` --region ${plan.aws.region}` : "";
  const release = `--release "$${commit}"`;
  return {
    check: () =>
      `${verdigris} ci ${system} --approval ${plan.approval}${region} --print > /dev/null`,
    apply: () => `${verdigris} apply --yes --reason "commit $${commit}"`,
    register: () =>
      `${verdigris} releases register --commit "$${commit}" --image "${plan.image.repository}@$IMAGE_DIGEST"`,
    deploy: ({ name, deploySeconds }) =>
      `${verdigris} deploy ${name} ${release} --when-free --wait --timeout ${deploySeconds}s`,
    requestFlip: ({ name }) => `${verdigris} request-flip ${name} ${release} --json |
  node -p '${READ_REQUEST}'`,
    approve: () =>
      `${verdigris} approve "$REQUEST" --command-id "ci:approve:$REQUEST" --reason "$REASON"`,
    flip: ({ name }, { seconds }) =>
      `${verdigris} flip ${name} --to "$SIDE" ${release} --request "$REQUEST" --command-id "ci:flip:$REQUEST" --wait in-sync --timeout ${seconds}s`,
  };
}

/** Of the answer on standard input; `fs` is there without an import under --print. */
const READ_REQUEST = `const a = JSON.parse(fs.readFileSync(0)); "REQUEST=" + a.id + "\\nSIDE=" + a.environment.request.side`;

/** The first lines of each pipeline. */
export function heading(system: string): readonly string[] {
  return [
    `# Written by \`verdigris ci ${system}\` from verdigris.yaml. When the app, its branch, image, environments`,
    "# or control change there, write it anew with --force; docs/ci.md of Verdigris tells what it needs.",
  ];
}
