import {
  ACTIONS,
  BUILDX,
  CHECKOUT,
  commandsFor,
  credentials,
  literally,
  of,
  setUpNode,
  step,
  TAG,
} from "./github-steps.ts";
import {
  type EnvironmentPlan,
  type FlipPlan,
  minutes,
  type PipelinePlan,
} from "./pipeline-plan.ts";
import { block, item, type Lines, scalar, under } from "./yaml-lines.ts";

const RUNNER = "runs-on: ubuntu-24.04";

/** The check that a branch must pass: it runs what anybody may have written, and is given nothing. */
export function validate(plan: PipelinePlan): Lines {
  const { steps, minutes: each, locked } = plan.build;
  return under(
    "validate",
    RUNNER,
    `timeout-minutes: ${each * steps.length + 20}`,
    under("permissions", "contents: read"),
    under(
      "steps",
      CHECKOUT,
      setUpNode(locked),
      item("name: Check verdigris.yaml", block("run", commandsFor(plan).check())),
      ...steps.map(({ name, command }) =>
        item(`name: ${name}`, block("run", literally(command)), `timeout-minutes: ${each}`),
      ),
      ["# On the release branch the next job builds it, and pushes it."],
      item("if: github.event_name != 'push'", `uses: ${ACTIONS.buildx}`),
      item(
        "name: Build the image",
        "if: github.event_name != 'push'",
        `uses: ${ACTIONS.build}`,
        under("with", "context: .", "push: false", "cache-from: type=gha"),
      ),
    ),
  );
}

export function build(plan: PipelinePlan): Lines {
  const { image } = plan;
  const commands = commandsFor(plan);
  return under(
    "build",
    "if: github.event_name == 'push'",
    "needs: validate",
    RUNNER,
    "timeout-minutes: 60",
    inTurn(plan, "build"),
    under("permissions", "contents: read", ...(plan.aws ? ["id-token: write"] : [])),
    under(
      "steps",
      CHECKOUT,
      ...credentials(plan, "anywhere"),
      image.ecrRegion === undefined
        ? item(
            "name: Log in to the registry",
            `uses: ${ACTIONS.login}`,
            under(
              "with",
              `registry: ${image.registry}`,
              `username: ${of("secrets.REGISTRY_USERNAME")}`,
              `password: ${of("secrets.REGISTRY_PASSWORD")}`,
            ),
          )
        : item(
            "name: Log in to the registry",
            `uses: ${ACTIONS.ecr}`,
            under("env", `AWS_REGION: ${scalar(image.ecrRegion)}`),
            under("with", `registries: ${scalar(image.registry.slice(0, 12))}`),
          ),
      BUILDX,
      item(
        "name: Build and push the image",
        "id: image",
        `uses: ${ACTIONS.build}`,
        under(
          "with",
          "context: .",
          "push: true",
          `tags: ${image.repository}:${TAG}`,
          "cache-from: type=gha",
          "cache-to: type=gha,mode=max",
        ),
      ),
      setUpNode(false),
      step(plan, "Apply verdigris.yaml", commands.apply()),
      step(plan, "Register the release", commands.register(), [
        `IMAGE_DIGEST: ${of("steps.image.outputs.digest")}`,
      ]),
    ),
  );
}

export function deploy(plan: PipelinePlan, environment: EnvironmentPlan): Lines {
  return under(
    `deploy-${environment.name}`,
    "needs: build",
    RUNNER,
    `timeout-minutes: ${2 * minutes(environment.deploySeconds) + 5}`,
    inTurn(plan, `deploy-${environment.name}`),
    verdigrisPermissions(plan),
    under(
      "steps",
      CHECKOUT,
      ...credentials(plan, "where it is for Verdigris"),
      setUpNode(false),
      step(plan, `Deploy to ${where(environment)}`, commandsFor(plan).deploy(environment)),
    ),
  );
}

export function requestFlip(plan: PipelinePlan, environment: EnvironmentPlan): Lines {
  const command = commandsFor(plan).requestFlip(environment);
  return under(
    `request-flip-${environment.name}`,
    `needs: [${plan.environments.map(({ name }) => `deploy-${name}`).join(", ")}]`,
    RUNNER,
    "timeout-minutes: 10",
    verdigrisPermissions(plan),
    under(
      "outputs",
      `request: ${of("steps.ask.outputs.REQUEST")}`,
      `side: ${of("steps.ask.outputs.SIDE")}`,
    ),
    under(
      "steps",
      CHECKOUT,
      ...credentials(plan, "where it is for Verdigris"),
      setUpNode(false),
      step(plan, "Ask for the flip", `${command} >> "$GITHUB_OUTPUT"`, [], "ask"),
    ),
  );
}

/**
 * Reviewers of the environment let this job start. It has no place in a queue: a job that waits for
 * reviewers would hold back whatever comes after it, and Verdigris lets only one flip happen.
 */
export function flipJob(plan: PipelinePlan, environment: EnvironmentPlan, flip: FlipPlan): Lines {
  const { name, record } = environment;
  const commands = commandsFor(plan);
  const asked = `needs.request-flip-${name}.outputs`;
  const request = [`REQUEST: ${of(`${asked}.request`)}`];
  return under(
    `flip-${name}`,
    `needs: request-flip-${name}`,
    RUNNER,
    `timeout-minutes: ${minutes(flip.seconds) + 10}`,
    "# Its required reviewers are those who approve; without any, the first step below refuses.",
    under("environment", `name: ${scalar(name)}`, `url: https://${record}`),
    verdigrisPermissions(plan, "actions: read # who has approved"),
    under(
      "steps",
      item(
        "name: See who has approved",
        "id: approver",
        under("env", `GH_TOKEN: ${of("github.token")}`, `ENVIRONMENT: ${scalar(name)}`),
        block("run", FIND_APPROVER),
      ),
      CHECKOUT,
      ...credentials(plan, "where it is for Verdigris", of("steps.approver.outputs.login")),
      setUpNode(false),
      ...(flip.approvals > 0
        ? [
            step(plan, "Approve the request", commands.approve(), [
              ...request,
              "REASON: >-",
              `  approved in GitHub by ${of("steps.approver.outputs.login")}:`,
              `  ${of("github.server_url")}/${of("github.repository")}/actions/runs/${of("github.run_id")}`,
            ]),
          ]
        : []),
      step(plan, "Flip", commands.flip(environment, flip), [
        ...request,
        `SIDE: ${of(`${asked}.side`)}`,
      ]),
    ),
  );
}

/** REST API, "Get the review history for a workflow run". */
const FIND_APPROVER = `login="$(gh api "repos/$GITHUB_REPOSITORY/actions/runs/$GITHUB_RUN_ID/approvals" --jq '
  [.[] | select(.state == "approved" and any(.environments[]; .name == env.ENVIRONMENT))][0].user.login // ""')"
if [ -z "$login" ]; then
  echo "::error::Nobody has approved. Give the environment $ENVIRONMENT required reviewers: Settings, Environments."
  exit 1
fi
echo "login=$login" >> "$GITHUB_OUTPUT"`;

/** One job of this name at a time; what runs is never cancelled, and of those that wait the newest goes next. */
function inTurn({ app }: PipelinePlan, name: string): Lines {
  return under("concurrency", `group: verdigris-${app}-${name}`, "cancel-in-progress: false");
}

function verdigrisPermissions({ control }: PipelinePlan, ...more: Lines): Lines {
  return under(
    "permissions",
    "contents: read",
    ...(control === "table" ? ["id-token: write"] : []),
    ...more,
  );
}

function where({ name, preview, flip }: EnvironmentPlan): string {
  if (!flip) return name;
  return preview === undefined
    ? `the standby of ${name}`
    : `the standby of ${name}, seen at ${preview}`;
}
