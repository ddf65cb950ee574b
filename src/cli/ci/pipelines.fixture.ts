import { parse } from "yaml";
import { parseConfiguration } from "../../contract/configuration/parse.ts";
import { circleciConfiguration } from "./circleci.ts";
import { githubWorkflow } from "./github.ts";
import { gitlabPipeline } from "./gitlab.ts";
import type { Pipeline, PipelinePlan } from "./pipeline-plan.ts";
import { type Choices, type Folder, planPipeline } from "./plan-pipeline.ts";

export const WRITERS = {
  github: githubWorkflow,
  circleci: circleciConfiguration,
  gitlab: gitlabPipeline,
} as const satisfies Record<string, (plan: PipelinePlan) => Pipeline>;

const ELB = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app";

export const side = (cluster: string) =>
  `{ runtime: ecs, cluster: ${cluster}, service: rainbow, loadBalancer: "${ELB}/${cluster}/0123456789abcdef" }`;

export const REPOSITORY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/rainbow";

export const TABLE = "{ table: verdigris, region: eu-central-1 }";
export const SERVER = "{ server: https://verdigris.example.com }";

export interface Written {
  readonly control?: string;
  readonly image?: string;
  readonly branch?: string;
  readonly command?: string;
  readonly validate?: string;
  /** The value of `flip` in production. */
  readonly flip?: string;
  /** More environments. */
  readonly more?: string;
}

/** A verdigris.yaml with a test environment and a blue-green production. */
export function configurationText(written: Written = {}): string {
  const { control = TABLE, image = REPOSITORY, branch = "master", flip = "{}" } = written;
  const { command, validate = "npm test", more = "" } = written;
  return `app: rainbow
build:
${command === undefined ? "" : `  command: ${JSON.stringify(command)}\n`}  validate: ${JSON.stringify(validate)}
  image: ${image}
branch: ${branch}
environments:
  test:
    kind: single
    record: test.rainbow.example.com
    sides: { main: ${side("rainbow-test")} }
  production:
    kind: blue-green
    record: rainbow.example.com
    preview: standby.rainbow.example.com
    sides: { blue: ${side("rainbow-blue")}, green: ${side("rainbow-green")} }
    flip: ${flip}
${more}control: ${control}
`;
}

export function planned(
  written: Written = {},
  {
    packageJson = true,
    packageLock = true,
    approval = "ci",
    ...choices
  }: Partial<Folder & Choices> = {},
): PipelinePlan {
  const parsed = parseConfiguration(configurationText(written), { file: "verdigris.yaml" });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.problems));
  const folder = { packageJson, packageLock };
  return planPipeline(parsed.configuration, folder, { approval, version: "1.2.3", ...choices });
}

/** A part of a parsed pipeline, whatever it is. */
// biome-ignore lint/suspicious/noExplicitAny: the shapes of three CI systems, of which a test looks at a few places
export type Yaml = any;

export function read(
  system: keyof typeof WRITERS,
  ...plan: Parameters<typeof planned>
): { readonly pipeline: Pipeline; readonly yaml: Yaml } {
  const pipeline = WRITERS[system](planned(...plan));
  return { pipeline, yaml: parse(pipeline.text, { version: "1.2" }) };
}

/** Every text in a value, with the keys that lead to it. */
export function textsIn(
  value: Yaml,
  path = "",
): { readonly path: string; readonly text: string }[] {
  if (typeof value === "string") return [{ path, text: value }];
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(value).flatMap(([key, inner]) => textsIn(inner, `${path}/${key}`));
}
