import { type Commands, commandsOf } from "./commands.ts";
import {
  type EnvironmentPlan,
  type FlipPlan,
  minutes,
  type PipelinePlan,
} from "./pipeline-plan.ts";
import { blockItem, item, type Lines, scalar, under } from "./yaml-lines.ts";

const NODE = "image: node:24";

/** Without the variable, the shell says so and the job ends. */
const ROLE_VARIABLE = `$\{VERDIGRIS_ROLE_ARN:?is not set}`;

/** What the jobs that call Verdigris have in common. */
export function verdigris({ control, aws }: PipelinePlan): Lines {
  return under(".verdigris", NODE, ...(control === "table" && aws ? takeRole(aws) : []));
}

/**
 * The AWS SDKs and the AWS command line call AssumeRoleWithWebIdentity themselves by these variables
 * (AWS SDKs and Tools reference guide, "Assume role credential provider"). The session bears the
 * name of who has started the job, for AWS's own records.
 */
function takeRole({ role, region }: NonNullable<PipelinePlan["aws"]>): readonly Lines[] {
  return [
    under("id_tokens", under("VERDIGRIS_ID_TOKEN", "aud: sts.amazonaws.com")),
    under(
      "before_script",
      blockItem(`export AWS_WEB_IDENTITY_TOKEN_FILE="$(mktemp)"
printf '%s' "$VERDIGRIS_ID_TOKEN" > "$AWS_WEB_IDENTITY_TOKEN_FILE"
export AWS_ROLE_ARN="${role ?? ROLE_VARIABLE}"
export AWS_ROLE_SESSION_NAME="$GITLAB_USER_LOGIN"
export AWS_REGION=${region}`),
    ),
  ];
}

export function docker(): Lines {
  return under(
    ".docker",
    "image: docker:28",
    under("services", "- docker:28-dind"),
    under("variables", "DOCKER_TLS_CERTDIR: /certs"),
  );
}

/** The check that a branch must pass. */
export function validate({ build: { steps, minutes: each, node, locked } }: PipelinePlan): Lines {
  const script = steps.length > 0 ? steps.map(({ command }) => blockItem(command)) : [["- 'true'"]];
  return under(
    "validate",
    "stage: validate",
    "# An image with all that these commands need.",
    `image: ${node ? "node:24" : "buildpack-deps:stable"}`,
    `timeout: ${each * steps.length + 15} minutes`,
    ...(locked
      ? [
          under("variables", "npm_config_cache: $CI_PROJECT_DIR/.npm"),
          under("cache", under("key", "files: [package-lock.json]"), "paths: [.npm/]"),
        ]
      : []),
    under("script", ...script),
  );
}

export function checkConfiguration(plan: PipelinePlan): Lines {
  return under(
    "check-configuration",
    "stage: validate",
    NODE,
    "timeout: 10 minutes",
    under("script", blockItem(commandsFor(plan).check())),
  );
}

export function checkImage(): Lines {
  return under(
    "check-image",
    "stage: validate",
    "extends: .docker",
    "timeout: 30 minutes",
    under("rules", item(MERGE_REQUEST)),
    under("script", "- docker build ."),
  );
}

export function build(plan: PipelinePlan): Lines {
  const { repository, registry, ecrRegion } = plan.image;
  const ecr = ecrRegion !== undefined && plan.aws !== undefined;
  const login = ecr
    ? `aws ecr get-login-password --region ${ecrRegion} |
  docker login --username AWS --password-stdin ${registry}`
    : `printf '%s' "$REGISTRY_PASSWORD" | docker login --username "$REGISTRY_USERNAME" --password-stdin ${registry}`;
  return under(
    "build",
    "stage: build",
    "extends: .docker",
    "timeout: 60 minutes",
    inTurn(plan, "build"),
    releaseRules(plan),
    ...(ecr && plan.aws ? takeRole(plan.aws) : []),
    under(
      "script",
      `- apk add --no-cache ${ecr ? "aws-cli " : ""}jq`,
      blockItem(login),
      blockItem(`# Builders take the daemon's certificates from a context and not from variables.
docker context create builder
docker buildx create --use builder
docker buildx build --push --metadata-file build.json \\
  --tag "${repository}:$CI_COMMIT_SHA-$CI_JOB_ID" \\
  --cache-from "type=registry,ref=${repository}:buildcache" \\
  --cache-to "type=registry,ref=${repository}:buildcache,mode=max,image-manifest=true,ignore-error=true" .
digest="$(jq -er '."containerimage.digest"' build.json)"
echo "IMAGE_DIGEST=$digest" > build.env`),
    ),
    handOver("build.env"),
  );
}

export function register(plan: PipelinePlan): Lines {
  const commands = commandsFor(plan);
  return verdigrisJob(
    { name: "register", stage: "register", needs: "[build]", timeout: 15 },
    inTurn(plan, "register"),
    releaseRules(plan),
    under("script", blockItem(commands.apply()), blockItem(commands.register())),
  );
}

export function deploy(plan: PipelinePlan, environment: EnvironmentPlan): Lines {
  const { name, record, preview, flip, deploySeconds } = environment;
  const seen = flip ? preview : record;
  return verdigrisJob(
    {
      name: `deploy-${name}`,
      stage: "deploy",
      needs: "[register]",
      timeout: 2 * minutes(deploySeconds) + 5,
    },
    inTurn(plan, `deploy-${name}`),
    under(
      "environment",
      `name: ${scalar(flip ? `${name}/standby` : name)}`,
      ...(seen === undefined ? [] : [`url: https://${seen}`]),
    ),
    releaseRules(plan),
    under("script", blockItem(commandsFor(plan).deploy(environment))),
  );
}

export function requestFlip(plan: PipelinePlan, environment: EnvironmentPlan): Lines {
  const command = commandsFor(plan).requestFlip(environment);
  const deploys = plan.environments.map(({ name }) => `deploy-${name}`);
  return verdigrisJob(
    {
      name: `request-flip-${environment.name}`,
      stage: "request-flip",
      needs: `[${deploys.join(", ")}]`,
      timeout: 10,
    },
    releaseRules(plan),
    under("script", blockItem(`${command} > request.env`)),
    handOver("request.env"),
  );
}

/** Started by hand, by those whom the protected environment allows it. */
export function flipJob(plan: PipelinePlan, environment: EnvironmentPlan, flip: FlipPlan): Lines {
  const { name, record } = environment;
  const commands = commandsFor(plan);
  const approve = `REASON="approved in GitLab by $GITLAB_USER_LOGIN: $CI_JOB_URL"
${commands.approve()}`;
  return verdigrisJob(
    {
      name: `flip-${name}`,
      stage: "flip",
      needs: `[request-flip-${name}]`,
      timeout: minutes(flip.seconds) + 10,
    },
    under("environment", `name: ${scalar(name)}`, `url: https://${record}`),
    releaseRules(plan, "when: manual", "allow_failure: false"),
    under(
      "script",
      ...(flip.approvals > 0 ? [blockItem(approve)] : []),
      blockItem(commands.flip(environment, flip)),
    ),
  );
}

interface JobHead {
  readonly name: string;
  readonly stage: string;
  readonly needs: string;
  /** In minutes. */
  readonly timeout: number;
}

function verdigrisJob({ name, stage, needs, timeout }: JobHead, ...parts: readonly Lines[]): Lines {
  return under(
    name,
    `stage: ${stage}`,
    "extends: .verdigris",
    `needs: ${needs}`,
    `timeout: ${timeout} minutes`,
    ...parts,
  );
}

/** One job of this name at a time, over all pipelines; the others wait. */
function inTurn({ app }: PipelinePlan, name: string): Lines {
  return [`resource_group: verdigris-${app}-${name}`];
}

/** Variables for the jobs that need this one. */
function handOver(file: string): Lines {
  return under("artifacts", under("reports", `dotenv: ${file}`), "expire_in: 30 days");
}

export const MERGE_REQUEST = `if: $CI_PIPELINE_SOURCE == "merge_request_event"`;

export function onRelease({ branch }: PipelinePlan): string {
  return `$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == "${branch}"`;
}

function releaseRules(plan: PipelinePlan, ...more: Lines): Lines {
  return under("rules", item(`if: ${onRelease(plan)}`, ...more));
}

function commandsFor(plan: PipelinePlan): Commands {
  return commandsOf(plan, "gitlab", "CI_COMMIT_SHA");
}
