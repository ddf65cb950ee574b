import { build, deploy, flipJob, requestFlip, takeRole, validate } from "./circleci-jobs.ts";
import { heading } from "./commands.ts";
import { flipsOf, type Pipeline, type PipelinePlan } from "./pipeline-plan.ts";
import { apart, item, type Lines, scalar, under } from "./yaml-lines.ts";

/** A configuration of CircleCI. */
export function circleciConfiguration(plan: PipelinePlan): Pipeline {
  const { environments } = plan;
  const flips = flipsOf(plan);
  const gated = plan.approval === "ci";
  const jobs = [
    validate(plan),
    build(plan),
    ...environments.map((environment) => deploy(plan, environment)),
    ...flips.flatMap(({ environment, flip }) => [
      requestFlip(plan, environment),
      ...(gated ? [flipJob(plan, environment, flip)] : []),
    ]),
  ];
  const deploys = environments.map(({ name }) => `deploy-${name}`);
  const steps = [
    item("validate"),
    onRelease(plan, "build", "[validate]", { turn: "build" }),
    ...environments.map(({ name }) =>
      onRelease(plan, `deploy-${name}`, "[build]", { turn: `deploy-${name}` }),
    ),
    ...flips.flatMap(({ environment: { name } }) => [
      onRelease(plan, `request-flip-${name}`, `[${deploys.join(", ")}]`),
      ...(gated
        ? [
            [
              "# People approve here; those of the security group that the next job's context is restricted to.",
              ...item(
                under(
                  `approve-${name}`,
                  "type: approval",
                  `requires: [request-flip-${name}]`,
                  only(plan),
                ),
              ),
            ],
            onRelease(plan, `flip-${name}`, `[approve-${name}]`, { context: "verdigris-flip" }),
          ]
        : []),
    ]),
  ];
  const text = apart([
    [...heading("circleci"), "version: 2.1"],
    ...(plan.aws ? [under("commands", takeRole(plan, plan.aws))] : []),
    under("jobs", apart(jobs)),
    under("workflows", under("verdigris", under("jobs", ...steps))),
  ]);
  return { path: ".circleci/config.yml", text: `${text.join("\n")}\n`, setUp: setUp(plan) };
}

/** A job of the release branch, one of its turn at a time; an older pipeline never follows a newer one. */
function onRelease(
  plan: PipelinePlan,
  name: string,
  requires: string,
  { turn, context = contextOf(plan) }: { readonly turn?: string; readonly context?: string } = {},
): Lines {
  return item(
    under(
      name,
      `requires: ${requires}`,
      ...(context === undefined ? [] : [`context: ${context}`]),
      ...(turn === undefined ? [] : [`serial-group: verdigris/${plan.app}/${turn}`]),
      only(plan),
    ),
  );
}

function only({ branch }: PipelinePlan): Lines {
  return under("filters", under("branches", `only: ${scalar(branch)}`));
}

/** The variables that people set, each with what it is. */
function variables({ aws, control, image }: PipelinePlan): readonly string[] {
  return [
    ...(aws && !aws.role ? ["VERDIGRIS_ROLE_ARN (the role of AWS that the jobs take)"] : []),
    ...(control === "server" ? ["VERDIGRIS_API_KEY (a key of the operator)"] : []),
    ...(image.ecrRegion === undefined ? ["REGISTRY_USERNAME and REGISTRY_PASSWORD"] : []),
  ];
}

function contextOf(plan: PipelinePlan): string | undefined {
  return variables(plan).length > 0 ? "verdigris" : undefined;
}

function setUp(plan: PipelinePlan): readonly string[] {
  const { branch, approval, environments } = plan;
  const gated = approval === "ci" && environments.some(({ flip }) => flip);
  const context = contextOf(plan);
  const holds = context === undefined ? "" : `: ${variables(plan).join(", ")}`;
  return [
    `the branch ${branch}, where the repository is hosted: require the check validate before merging`,
    ...(context === undefined ? [] : [`context ${context}${holds}`]),
    ...(gated
      ? [`context verdigris-flip, restricted to a security group of those who approve${holds}`]
      : []),
  ];
}
