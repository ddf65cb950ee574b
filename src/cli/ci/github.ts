import { heading } from "./commands.ts";
import { build, deploy, flipJob, requestFlip, validate } from "./github-jobs.ts";
import { flipsOf, type Pipeline, type PipelinePlan } from "./pipeline-plan.ts";
import { apart, scalar, under } from "./yaml-lines.ts";

/** A workflow of GitHub Actions. */
export function githubWorkflow(plan: PipelinePlan): Pipeline {
  const { environments, branch } = plan;
  const flips = flipsOf(plan);
  const jobs = [
    validate(plan),
    build(plan),
    ...environments.map((environment) => deploy(plan, environment)),
    ...flips.flatMap(({ environment, flip }) => [
      requestFlip(plan, environment),
      ...(plan.approval === "ci" ? [flipJob(plan, environment, flip)] : []),
    ]),
  ];
  const text = apart([
    [
      ...heading("github"),
      "#",
      "# To be sure of what runs, pin each action to the commit behind its tag: uses: actions/checkout@<sha> # v6",
      "name: verdigris",
    ],
    under("on", "pull_request:", "merge_group:", under("push", `branches: [${scalar(branch)}]`)),
    ["# No more than each job asks for.", "permissions: {}"],
    under("defaults", under("run", "shell: bash")),
    under("jobs", apart(jobs)),
  ]);
  return {
    path: ".github/workflows/verdigris.yml",
    text: `${text.join("\n")}\n`,
    setUp: setUp(plan),
  };
}

function setUp(plan: PipelinePlan): readonly string[] {
  const { aws, control, branch, environments, approval, image } = plan;
  const gates = environments.filter(({ flip }) => flip && approval === "ci");
  return [
    `rule for the branch ${branch}: require the check validate before merging`,
    ...(aws && !aws.role
      ? ["variable VERDIGRIS_ROLE_ARN: the role of AWS that the jobs take"]
      : []),
    ...(control === "server" ? ["secret VERDIGRIS_API_KEY: a key of the operator"] : []),
    ...(image.ecrRegion === undefined
      ? [`secrets REGISTRY_USERNAME and REGISTRY_PASSWORD: of ${image.registry}`]
      : []),
    ...gates.map(
      ({ name }) =>
        `environment ${name}: with required reviewers, and for the branch ${branch} alone`,
    ),
  ];
}
