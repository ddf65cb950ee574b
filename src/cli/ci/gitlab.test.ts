import { describe, expect, test } from "vitest";
import { REPOSITORY, read, SERVER, textsIn, type Yaml } from "./pipelines.fixture.ts";

const KEYWORDS = ["workflow", "stages"];

function jobsOf(pipeline: Yaml): Record<string, Yaml> {
  return Object.fromEntries(
    Object.entries(pipeline).filter(([name]) => !name.startsWith(".") && !KEYWORDS.includes(name)),
  );
}

const { yaml } = read("gitlab");
const jobs = jobsOf(yaml);

const RELEASE = '$CI_PIPELINE_SOURCE == "push" && $CI_COMMIT_BRANCH == "master"';

describe("a pipeline of GitLab", () => {
  test("deploys side by side, asks when both have succeeded, and flips last", () => {
    const needs = Object.entries(jobs).map(([name, job]) => [name, job.needs]);
    expect(Object.fromEntries(needs)).toMatchObject({
      build: undefined,
      register: ["build"],
      "deploy-test": ["register"],
      "deploy-production": ["register"],
      "request-flip-production": ["deploy-test", "deploy-production"],
      "flip-production": ["request-flip-production"],
    });
    const stages = Object.values(jobs).map(({ stage }) => yaml.stages.indexOf(stage));
    expect(stages).toEqual(stages.toSorted((a: number, b: number) => a - b));
    expect(stages).not.toContain(-1);
  });

  test("checks merge requests, and releases what is pushed to the release branch alone", () => {
    expect(yaml.workflow.rules).toEqual([
      { if: '$CI_PIPELINE_SOURCE == "merge_request_event"' },
      { if: RELEASE },
    ]);
    for (const [name, job] of Object.entries(jobs)) {
      if (job.stage === "validate") continue;
      expect(job.rules, name).toHaveLength(1);
      expect(job.rules[0].if, name).toBe(RELEASE);
    }
  });

  test("gives a merge request no token", () => {
    for (const job of Object.values(jobs).filter(({ stage }) => stage === "validate")) {
      expect(job.id_tokens).toBeUndefined();
      expect(job.extends).not.toBe(".verdigris");
    }
  });

  test("flips when a person whom the environment allows it has started that", () => {
    const flip = jobs["flip-production"];
    expect(flip.rules).toEqual([{ if: RELEASE, when: "manual", allow_failure: false }]);
    expect(flip.environment).toEqual({ name: "production", url: "https://rainbow.example.com" });
    expect(flip.script[0]).toContain(
      'REASON="approved in GitLab by $GITLAB_USER_LOGIN: $CI_JOB_URL"',
    );
  });

  test("shows the standby on its preview, as an environment of its own", () => {
    expect(jobs["deploy-production"].environment).toEqual({
      name: "production/standby",
      url: "https://standby.rainbow.example.com",
    });
    expect(jobs["deploy-test"].environment.name).toBe("test");
  });

  test("binds deployment, request and flip to the commit of its own pipeline", () => {
    const bound = Object.values(jobs)
      .flatMap(({ script }) => script as string[])
      .filter((line) => / (deploy|request-flip|flip) /.test(line));
    expect(bound).toHaveLength(4);
    for (const line of bound) expect(line).toContain('--release "$CI_COMMIT_SHA"');
    expect(bound.at(-1)).toContain('flip production --to "$SIDE"');
  });

  test("hands the digest and the request to the jobs that need them", () => {
    expect(jobs.build.artifacts.reports).toEqual({ dotenv: "build.env" });
    expect(jobs.build.script.at(-1)).toContain('echo "IMAGE_DIGEST=$digest" > build.env');
    expect(jobs.register.script.at(-1)).toContain(`--image "${REPOSITORY}@$IMAGE_DIGEST"`);
    const request = jobs["request-flip-production"];
    expect(request.artifacts.reports).toEqual({ dotenv: "request.env" });
    expect(request.script[0].trimEnd()).toMatch(/> request\.env$/);
  });

  test("takes the role by the job's own token, and stores no key", () => {
    for (const job of [yaml[".verdigris"], jobs.build]) {
      expect(job.id_tokens).toEqual({ VERDIGRIS_ID_TOKEN: { aud: "sts.amazonaws.com" } });
      expect(job.before_script[0]).toContain("AWS_WEB_IDENTITY_TOKEN_FILE");
      expect(job.before_script[0]).toContain('AWS_ROLE_ARN="${VERDIGRIS_ROLE_ARN:?');
    }
    expect(JSON.stringify(yaml)).not.toMatch(/AWS_(ACCESS_KEY_ID|SECRET_ACCESS_KEY)/);
  });

  test("lets releases take turns and cancels none for a newer one", () => {
    const groups = Object.entries(jobs).flatMap(([name, job]) =>
      job.resource_group ? [[name, job.resource_group]] : [],
    );
    expect(Object.fromEntries(groups)).toEqual({
      build: "verdigris-rainbow-build",
      register: "verdigris-rainbow-register",
      "deploy-test": "verdigris-rainbow-deploy-test",
      "deploy-production": "verdigris-rainbow-deploy-production",
    });
    expect(yaml.workflow.auto_cancel).toEqual({ on_new_commit: "none" });
  });

  test("ends every job in time", () => {
    for (const job of Object.values(jobs)) expect(job.timeout).toMatch(/^\d+ minutes$/);
  });

  test("uses nothing that a stranger can choose", () => {
    const shell = textsIn(yaml).filter(({ path }) => /script\/\d+$/.test(path));
    const said = shell.flatMap(({ text }) => text.match(/\b(?:CI|GITLAB)_\w+/g) ?? []);
    expect(new Set(said)).toEqual(
      new Set(["CI_COMMIT_SHA", "CI_JOB_ID", "CI_JOB_URL", "GITLAB_USER_LOGIN"]),
    );
  });

  test("keeps npm's packages where there is a lock file", () => {
    expect(jobs.validate.cache).toEqual({
      key: { files: ["package-lock.json"] },
      paths: [".npm/"],
    });
    const { yaml: other } = read("gitlab", {}, { packageLock: false, packageJson: false });
    expect(other.validate.cache).toBeUndefined();
    expect(other.validate.image).not.toContain("node");
  });

  test("with an operator takes the role for the registry alone", () => {
    const { yaml: served, pipeline } = read("gitlab", { control: SERVER });
    expect(served[".verdigris"]).toEqual({ image: "node:24" });
    expect(served.build.id_tokens).toBeDefined();
    expect(pipeline.setUp.join()).toContain("VERDIGRIS_API_KEY, protected and masked");
  });

  test("ends with the request where people approve in Verdigris", () => {
    const { yaml: asked, pipeline } = read("gitlab", {}, { approval: "verdigris" });
    expect(Object.keys(asked).at(-1)).toBe("request-flip-production");
    expect(asked.stages).not.toContain("flip");
    expect(pipeline.text).not.toMatch(/verdigris@1\.2\.3 (approve|flip) /);
  });
});
