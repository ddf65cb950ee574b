import { type Commands, commandsOf } from "./commands.ts";
import type { PipelinePlan } from "./pipeline-plan.ts";
import { block, item, type Lines, scalar, under } from "./yaml-lines.ts";

/** Tags can be moved: whoever wants to be sure pins the commit behind each, as the file says. */
export const ACTIONS = {
  checkout: "actions/checkout@v6",
  node: "actions/setup-node@v6",
  credentials: "aws-actions/configure-aws-credentials@v6",
  ecr: "aws-actions/amazon-ecr-login@v2",
  login: "docker/login-action@v3",
  buildx: "docker/setup-buildx-action@v3",
  build: "docker/build-push-action@v6",
} as const;

export const CHECKOUT = item(
  `uses: ${ACTIONS.checkout}`,
  under("with", "persist-credentials: false"),
);

export const BUILDX = item(`uses: ${ACTIONS.buildx}`);

/** Of each build its own, so that a registry whose tags can't be moved takes a second build of a commit. */
export const TAG = [of("github.sha"), of("github.run_id"), of("github.run_attempt")].join("-");

export function setUpNode(cached: boolean): Lines {
  return item(
    `uses: ${ACTIONS.node}`,
    under("with", "node-version: 24", ...(cached ? ["cache: npm"] : [])),
  );
}

/** A step that calls Verdigris. */
export function step(
  { control }: PipelinePlan,
  name: string,
  command: string,
  variables: Lines = [],
  id?: string,
): Lines {
  const key = control === "server" ? [`VERDIGRIS_API_KEY: ${of("secrets.VERDIGRIS_API_KEY")}`] : [];
  const env = [...key, ...variables];
  return item(
    `name: ${name}`,
    ...(id === undefined ? [] : [`id: ${id}`]),
    ...(env.length > 0 ? [under("env", env)] : []),
    block("run", command),
  );
}

/** An operator needs a key and no role of AWS; the registry needs one all the same. */
export function credentials(
  { aws, control }: PipelinePlan,
  wanted: "anywhere" | "where it is for Verdigris",
  session?: string,
): readonly Lines[] {
  if (!aws || (wanted !== "anywhere" && control === "server")) return [];
  return [
    item(
      `uses: ${ACTIONS.credentials}`,
      under(
        "with",
        `role-to-assume: ${aws.role ?? of("vars.VERDIGRIS_ROLE_ARN")}`,
        `aws-region: ${scalar(aws.region)}`,
        ...(session === undefined ? [] : [`role-session-name: ${session}`]),
      ),
    ),
  ];
}

export function of(expression: string): string {
  return `\${{ ${expression} }}`;
}

/** Contexts, "About contexts": an expression begins with a dollar sign and two braces, anywhere. */
export function literally(command: string): string {
  return command.replaceAll("${{", of("'${{'"));
}

export function commandsFor(plan: PipelinePlan): Commands {
  return commandsOf(plan, "github", "GITHUB_SHA");
}
