import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import type { ConfigurationFile } from "../../contract/configuration/types.ts";
import { circleciConfiguration } from "../ci/circleci.ts";
import { githubWorkflow } from "../ci/github.ts";
import { gitlabPipeline } from "../ci/gitlab.ts";
import { APPROVALS, type Pipeline, type PipelinePlan } from "../ci/pipeline-plan.ts";
import { planPipeline } from "../ci/plan-pipeline.ts";
import { findConfiguration } from "../find-configuration.ts";
import { choice, type Flag, listed, text, toggle } from "../flags.ts";
import { EXIT, Problem } from "../problem.ts";
import { defineVerb } from "../verb.ts";

const WRITERS: Readonly<Record<string, (plan: PipelinePlan) => Pipeline>> = {
  github: githubWorkflow,
  circleci: circleciConfiguration,
  gitlab: gitlabPipeline,
};

const SYSTEMS = Object.keys(WRITERS);

const region = form(
  "--region <region>",
  "The AWS region; control's or the registry's when left out",
  {
    pattern: /^[a-z0-9-]{1,64}$/,
    wanted: "an AWS region; write for example eu-west-1",
  },
);

const role = form(
  "--role <arn>",
  "The role of AWS that the jobs take; the CI system's variable VERDIGRIS_ROLE_ARN when left out",
  {
    pattern: /^arn:[a-z0-9-]+:iam::\d{12}:role\/[\w+=,.@/-]{1,512}$/,
    wanted: "a role; write for example arn:aws:iam::123456789012:role/rainbow-release",
  },
);

export const verb = defineVerb({
  description:
    "Writes the pipeline of a CI system for the app of this folder's verdigris.yaml: branches are validated and built, a commit on the release branch becomes an image, is deployed to every environment, and a flip is asked for. Credentials are short-lived and belong to a job; no key of AWS is stored. A file that is there already is left as it is.",
  arguments: [{ name: "system", summary: listed(SYSTEMS), required: true }],
  flags: {
    approval: choice(
      "--approval <where>",
      "Where people approve: ci, behind the CI system's own gate, also when left out; or verdigris",
      APPROVALS,
    ),
    region,
    role,
    force: toggle("--force", "Write over a file that is there"),
    print: toggle("--print", "Print the pipeline, and write nothing"),
  },
  examples: [
    { command: "ci github", meaning: "writes .github/workflows/verdigris.yml" },
    {
      command: "ci gitlab --approval verdigris --print",
      meaning: "look first; people approve and flip in Verdigris",
    },
  ],
  reach: "machine",
  async run({ arguments: [system = ""], flags, cwd, terminal, version }) {
    const write = Object.hasOwn(WRITERS, system) ? WRITERS[system] : undefined;
    if (!write) throw new Problem("usage", `"${system}" is not ${listed(SYSTEMS)}`);
    const path = findConfiguration(cwd);
    if (path === undefined) {
      throw new Problem(
        "usage",
        "there is no verdigris.yaml here or above; `verdigris init` writes one",
      );
    }
    const root = dirname(path);
    const { approval = "ci" } = flags;
    const folder = {
      packageJson: existsSync(join(root, "package.json")),
      packageLock: existsSync(join(root, "package-lock.json")),
    };
    const choices = { approval, region: flags.region, role: flags.role, version };
    const pipeline = write(planPipeline(await readFile(path), folder, choices));
    if (flags.print) {
      terminal.answer(pipeline, () => pipeline.text.trimEnd().split("\n"));
      return EXIT.done;
    }
    const file = join(root, pipeline.path);
    save(file, pipeline.text, flags.force === true);
    terminal.answer({ file, setUp: pipeline.setUp }, () => [
      `wrote ${file}`,
      "it needs, as docs/ci.md tells:",
      ...pipeline.setUp.map((line) => `  ${line}`),
    ]);
    if (!existsSync(join(root, "Dockerfile"))) {
      terminal.remark(`the pipeline builds an image, and there is no Dockerfile in ${root} yet`);
    }
    return EXIT.done;
  },
});

async function readFile(path: string): Promise<ConfigurationFile> {
  const { parseConfiguration } = await import("../../contract/configuration/parse.ts");
  const parsed = parseConfiguration(readFileSync(path, "utf8"), { file: path });
  if (parsed.ok) return parsed.configuration;
  const { showProblem } = await import("../../contract/configuration/problem.ts");
  throw new Problem("usage", parsed.problems.map(showProblem).join("\n"));
}

function save(file: string, written: string, over: boolean): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, written, { flag: over ? "w" : "wx" });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "EEXIST") {
      throw new Problem(
        "refused",
        `${file} is there already. It was left as it is. Look at what would be written with --print, or write over it with --force.`,
      );
    }
    const message = error instanceof Error ? error.message : String(error);
    throw new Problem("failed", `${file} can't be written: ${message}.`);
  }
}

function form(
  syntax: string,
  summary: string,
  { pattern, wanted }: { readonly pattern: RegExp; readonly wanted: string },
): Flag<string> {
  const read = (written: string) => {
    if (pattern.test(written)) return written;
    throw new Problem("usage", `${syntax.split(" ")[0]}: "${written}" is not ${wanted}`);
  };
  return { ...text(syntax, summary), read };
}
