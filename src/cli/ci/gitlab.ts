import { heading } from "./commands.ts";
import {
  build,
  checkConfiguration,
  checkImage,
  deploy,
  docker,
  flipJob,
  MERGE_REQUEST,
  onRelease,
  register,
  requestFlip,
  validate,
  verdigris,
} from "./gitlab-jobs.ts";
import { flipsOf, type Pipeline, type PipelinePlan } from "./pipeline-plan.ts";
import { apart, item, under } from "./yaml-lines.ts";

/** A pipeline of GitLab CI/CD. */
export function gitlabPipeline(plan: PipelinePlan): Pipeline {
  const { environments } = plan;
  const flips = flipsOf(plan);
  const gated = plan.approval === "ci" && flips.length > 0;
  const stages = [
    "validate",
    "build",
    "register",
    "deploy",
    ...(flips.length > 0 ? ["request-flip"] : []),
    ...(gated ? ["flip"] : []),
  ];
  const text = apart([
    heading("gitlab"),
    under(
      "workflow",
      under("auto_cancel", "on_new_commit: none"),
      under("rules", item(MERGE_REQUEST), item(`if: ${onRelease(plan)}`)),
    ),
    [`stages: [${stages.join(", ")}]`],
    verdigris(plan),
    docker(),
    validate(plan),
    checkConfiguration(plan),
    checkImage(),
    build(plan),
    register(plan),
    ...environments.map((environment) => deploy(plan, environment)),
    ...flips.flatMap(({ environment, flip }) => [
      requestFlip(plan, environment),
      ...(plan.approval === "ci" ? [flipJob(plan, environment, flip)] : []),
    ]),
  ]);
  return { path: ".gitlab-ci.yml", text: `${text.join("\n")}\n`, setUp: setUp(plan) };
}

function setUp(plan: PipelinePlan): readonly string[] {
  const { aws, control, branch, environments, approval, image } = plan;
  const gates = environments.filter(({ flip }) => flip && approval === "ci");
  return [
    `the branch ${branch}: protected, and merge requests only with a pipeline that succeeded`,
    ...(aws && !aws.role
      ? ["variable VERDIGRIS_ROLE_ARN: the role of AWS that the jobs take"]
      : []),
    ...(control === "server"
      ? ["variable VERDIGRIS_API_KEY, protected and masked: a key of the operator"]
      : []),
    ...(image.ecrRegion === undefined
      ? [
          `variables REGISTRY_USERNAME and REGISTRY_PASSWORD, protected and masked: of ${image.registry}`,
        ]
      : []),
    ...gates.map(({ name }) => `environment ${name}: protected, for those who approve`),
  ];
}
