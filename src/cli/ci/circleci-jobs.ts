import { type Commands, commandsOf } from "./commands.ts";
import {
  type EnvironmentPlan,
  type FlipPlan,
  minutes,
  type PipelinePlan,
} from "./pipeline-plan.ts";
import { block, item, type Lines, under } from "./yaml-lines.ts";

/** Its Docker daemon, buildx and the AWS command line are part of the image. */
const MACHINE = [
  ...under("machine", "image: ubuntu-2404:current"),
  "resource_class: medium",
] as const;

/** Where a job leaves the request for the job that flips. */
const WORKSPACE = "/tmp/verdigris";

const NODE = under("docker", "- image: cimg/node:24.14");

export function validate(plan: PipelinePlan): Lines {
  const { steps, minutes: each, locked } = plan.build;
  const key = 'v1-npm-{{ checksum "package-lock.json" }}';
  return under(
    "validate",
    [...MACHINE],
    under(
      "steps",
      "- checkout",
      run("Check verdigris.yaml", commandsFor(plan).check()),
      ...(locked ? [item(under("restore_cache", under("keys", item(key), "- v1-npm-")))] : []),
      ...steps.map(({ name, command }) => run(name, literally(command), each)),
      ...(locked ? [item(under("save_cache", `key: ${key}`, under("paths", item("~/.npm"))))] : []),
      run("Build the image", "docker build .", 30),
    ),
  );
}

export function build(plan: PipelinePlan): Lines {
  const { image, aws } = plan;
  const commands = commandsFor(plan);
  return under(
    "build",
    [...MACHINE],
    under(
      "steps",
      "- checkout",
      ...(aws ? ["- take-role"] : []),
      run("Log in to the registry", login(plan)),
      run(
        "Build and push the image",
        `docker buildx create --use
docker buildx build --push --metadata-file build.json \\
  --tag "${image.repository}:$CIRCLE_SHA1-$CIRCLE_BUILD_NUM" \\
  --cache-from "type=registry,ref=${image.repository}:buildcache" \\
  --cache-to "type=registry,ref=${image.repository}:buildcache,mode=max,image-manifest=true,ignore-error=true" .
digest="$(jq -er '."containerimage.digest"' build.json)"
echo "export IMAGE_DIGEST=$digest" >> "$BASH_ENV"`,
        30,
      ),
      run("Apply verdigris.yaml", commands.apply()),
      run("Register the release", commands.register()),
    ),
  );
}

function login({ image, aws }: PipelinePlan): string {
  if (image.ecrRegion === undefined || !aws) {
    return `printf '%s' "$REGISTRY_PASSWORD" | docker login --username "$REGISTRY_USERNAME" --password-stdin ${image.registry}`;
  }
  return `aws ecr get-login-password --region ${image.ecrRegion} |
  docker login --username AWS --password-stdin ${image.registry}`;
}

export function deploy(plan: PipelinePlan, environment: EnvironmentPlan): Lines {
  const command = commandsFor(plan).deploy(environment);
  const silence = 2 * minutes(environment.deploySeconds) + 5;
  return verdigrisJob(plan, `deploy-${environment.name}`, run("Deploy", command, silence));
}

export function requestFlip(plan: PipelinePlan, environment: EnvironmentPlan): Lines {
  const command = commandsFor(plan).requestFlip(environment);
  return verdigrisJob(
    plan,
    `request-flip-${environment.name}`,
    run("Ask for the flip", `mkdir -p ${WORKSPACE}\n${command} > ${WORKSPACE}/${environment.name}`),
    item(
      under("persist_to_workspace", `root: ${WORKSPACE}`, under("paths", `- ${environment.name}`)),
    ),
  );
}

/** CircleCI tells no job who has approved: the record leads to the workflow, which does. */
export function flipJob(plan: PipelinePlan, environment: EnvironmentPlan, flip: FlipPlan): Lines {
  const commands = commandsFor(plan);
  const { name } = environment;
  const request = `. ${WORKSPACE}/${name}`;
  const url = "https://app.circleci.com/pipelines/workflows/$CIRCLE_WORKFLOW_ID";
  return verdigrisJob(
    plan,
    `flip-${name}`,
    item(under("attach_workspace", `at: ${WORKSPACE}`)),
    ...(flip.approvals > 0
      ? [
          run(
            "Approve the request",
            `${request}\nREASON="approved in CircleCI: ${url}"\n${commands.approve()}`,
          ),
        ]
      : []),
    run("Flip", `${request}\n${commands.flip(environment, flip)}`, minutes(flip.seconds) + 5),
  );
}

/** A job that only calls Verdigris. */
function verdigrisJob(plan: PipelinePlan, name: string, ...steps: readonly Lines[]): Lines {
  return under(
    name,
    NODE,
    under("steps", "- checkout", ...(plan.control === "table" ? ["- take-role"] : []), ...steps),
  );
}

/**
 * The AWS SDKs and the AWS command line call AssumeRoleWithWebIdentity themselves by these variables
 * (AWS SDKs and Tools reference guide, "Assume role credential provider").
 */
export function takeRole({ app }: PipelinePlan, aws: NonNullable<PipelinePlan["aws"]>): Lines {
  // Without the variable, the shell says so and the job ends.
  const role = aws.role ?? `$\{VERDIGRIS_ROLE_ARN:?is not set}`;
  return under(
    "take-role",
    "description: Takes a role of AWS for an hour, by the job's own identity token; no key is stored anywhere",
    under(
      "steps",
      run(
        "Take the role",
        `token="$(mktemp)"
printf '%s' "$CIRCLE_OIDC_TOKEN_V2" > "$token"
{
  echo "export AWS_WEB_IDENTITY_TOKEN_FILE=$token"
  echo "export AWS_ROLE_ARN=${role}"
  echo "export AWS_ROLE_SESSION_NAME=verdigris-${app}"
  echo "export AWS_REGION=${aws.region}"
} >> "$BASH_ENV"`,
      ),
    ),
  );
}

/** A step ends when it has been silent for so many minutes. */
function run(name: string, command: string, silence = 10): Lines {
  return item(
    under("run", `name: ${name}`, block("command", command), `no_output_timeout: ${silence}m`),
  );
}

/** Configuration reference, "Using pipeline values": two angle brackets begin an expression, unless escaped. */
function literally(command: string): string {
  return command.replaceAll("<<", "\\<<");
}

function commandsFor(plan: PipelinePlan): Commands {
  return commandsOf(plan, "circleci", "CIRCLE_SHA1");
}
