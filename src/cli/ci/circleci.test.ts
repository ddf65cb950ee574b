import { describe, expect, test } from "vitest";
import { REPOSITORY, read, SERVER, TABLE, textsIn, type Yaml } from "./pipelines.fixture.ts";

const { yaml } = read("circleci");
const jobs: Record<string, Yaml> = yaml.jobs;

/** The jobs of the workflow, by name, each with what it is told there. */
function workflowOf(configuration: Yaml): Record<string, Yaml> {
  const listed = configuration.workflows.verdigris.jobs.map((job: Yaml) =>
    typeof job === "string" ? [job, {}] : Object.entries(job)[0],
  );
  return Object.fromEntries(listed);
}

const workflow = workflowOf(yaml);

const commands = (job: Yaml): string[] =>
  job.steps.flatMap((step: Yaml) => step.run?.command ?? []);

describe("a configuration of CircleCI", () => {
  test("deploys side by side, asks when both have succeeded, and flips when a person has approved", () => {
    const requires = Object.entries(workflow).map(([name, job]) => [name, job.requires]);
    expect(Object.fromEntries(requires)).toEqual({
      validate: undefined,
      build: ["validate"],
      "deploy-test": ["build"],
      "deploy-production": ["build"],
      "request-flip-production": ["deploy-test", "deploy-production"],
      "approve-production": ["request-flip-production"],
      "flip-production": ["approve-production"],
    });
    expect(workflow["approve-production"].type).toBe("approval");
  });

  test("checks every branch, and releases the release branch alone", () => {
    const only = Object.entries(workflow).map(([name, job]) => [name, job.filters?.branches.only]);
    for (const [name, branch] of only) {
      expect(branch, name).toBe(name === "validate" ? undefined : "master");
    }
  });

  test("gives a branch no context and no role", () => {
    expect(workflow.validate).toEqual({});
    expect(JSON.stringify(jobs.validate)).not.toMatch(/take-role|OIDC/);
  });

  test("lets only a context of those who approve hold what flips", () => {
    const contexts = Object.entries(workflow).map(([name, { context }]) => [name, context]);
    expect(Object.fromEntries(contexts)).toMatchObject({
      "deploy-production": "verdigris",
      "flip-production": "verdigris-flip",
    });
  });

  test("needs no context to hold nothing", () => {
    const { yaml: bare } = read("circleci", {}, { role: "arn:aws:iam::123456789012:role/x" });
    const contexts = Object.values(workflowOf(bare)).flatMap(({ context }) => context ?? []);
    expect(contexts).toEqual(["verdigris-flip"]);
  });

  test("binds deployment, request and flip to the commit of its own pipeline", () => {
    const bound = Object.values(jobs)
      .flatMap(commands)
      .filter((line) => / (deploy|request-flip|flip) /.test(line));
    expect(bound).toHaveLength(4);
    for (const line of bound) expect(line).toContain('--release "$CIRCLE_SHA1"');
    expect(bound.at(-1)).toContain('flip production --to "$SIDE"');
  });

  test("hands the request to the job that flips", () => {
    const [saved] = jobs["request-flip-production"].steps.flatMap(
      (step: Yaml) => step.persist_to_workspace ?? [],
    );
    const [got] = jobs["flip-production"].steps.flatMap(
      (step: Yaml) => step.attach_workspace ?? [],
    );
    expect(saved).toEqual({ root: "/tmp/verdigris", paths: ["production"] });
    expect(got).toEqual({ at: saved.root });
    for (const line of commands(jobs["flip-production"])) {
      expect(line).toMatch(/^\. \/tmp\/verdigris\/production\n/);
    }
  });

  test("takes the role by the job's own token, and stores no key", () => {
    const [step] = yaml.commands["take-role"].steps;
    expect(step.run.command).toContain('printf \'%s\' "$CIRCLE_OIDC_TOKEN_V2" > "$token"');
    expect(step.run.command).toContain("AWS_WEB_IDENTITY_TOKEN_FILE");
    expect(JSON.stringify(yaml)).not.toMatch(/AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)/);
  });

  test("lets releases take turns", () => {
    const groups = Object.values(workflow).flatMap((job) => job["serial-group"] ?? []);
    expect(groups).toEqual([
      "verdigris/rainbow/build",
      "verdigris/rainbow/deploy-test",
      "verdigris/rainbow/deploy-production",
    ]);
  });

  test("ends every step that has gone silent", () => {
    const steps = [...Object.values(jobs), ...Object.values<Yaml>(yaml.commands)];
    for (const { run } of steps.flatMap((one) => one.steps).filter((one: Yaml) => one.run)) {
      expect(run.no_output_timeout, run.name).toMatch(/^\d+m$/);
    }
  });

  test("uses nothing that a stranger can choose", () => {
    const shell = textsIn(yaml).filter(({ path }) => path.endsWith("/command"));
    const said = shell.flatMap(({ text }) => text.match(/\b(?:CIRCLE|CI)_\w+|<<.*/g) ?? []);
    expect(new Set(said)).toEqual(
      new Set(["CIRCLE_OIDC_TOKEN_V2", "CIRCLE_SHA1", "CIRCLE_BUILD_NUM", "CIRCLE_WORKFLOW_ID"]),
    );
  });

  test("keeps npm's packages where there is a lock file", () => {
    const cached = (one: Yaml) =>
      /restore_cache.*save_cache/.test(JSON.stringify(one.jobs.validate));
    expect(cached(yaml)).toBe(true);
    expect(cached(read("circleci", {}, { packageLock: false }).yaml)).toBe(false);
  });

  test("registers the digest that the build has pushed", () => {
    const lines = commands(jobs.build);
    expect(lines.find((line) => line.includes("buildx build"))).toContain(
      'echo "export IMAGE_DIGEST=$digest" >> "$BASH_ENV"',
    );
    expect(lines.at(-1)).toContain(`--image "${REPOSITORY}@$IMAGE_DIGEST"`);
  });

  test("with an operator takes the role for the registry alone", () => {
    const { yaml: served } = read("circleci", { control: SERVER });
    const takers = Object.entries<Yaml>(served.jobs).filter(([, { steps }]) =>
      steps.includes("take-role"),
    );
    expect(takers.map(([name]) => name)).toEqual(["build"]);
  });

  test("logs in to a registry that is not Amazon's by its own password", () => {
    const image = "registry.example.com:5000/acme/rainbow";
    const { yaml: own, pipeline } = read("circleci", { control: TABLE, image });
    expect(commands(own.jobs.build)[0]).toContain(
      '"$REGISTRY_PASSWORD" | docker login --username "$REGISTRY_USERNAME" --password-stdin registry.example.com:5000',
    );
    expect(pipeline.setUp.join()).toContain("REGISTRY_USERNAME and REGISTRY_PASSWORD");
  });

  test("ends with the request where people approve in Verdigris", () => {
    const { yaml: asked, pipeline } = read("circleci", {}, { approval: "verdigris" });
    expect(Object.keys(workflowOf(asked)).at(-1)).toBe("request-flip-production");
    expect(pipeline.text).not.toMatch(/verdigris@1\.2\.3 (approve|flip) |verdigris-flip/);
  });

  test("runs a command as it is written, whatever CircleCI would make of it", () => {
    const { yaml: odd } = read("circleci", { command: "cat <<END\n<< pipeline.id >>\nEND" });
    expect(commands(odd.jobs.validate)[1]).toBe("cat \\<<END\n\\<< pipeline.id >>\nEND\n");
  });
});
