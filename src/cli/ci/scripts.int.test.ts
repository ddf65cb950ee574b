import { execFileSync, spawnSync } from "node:child_process";
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { read, WRITERS, type Yaml } from "./pipelines.fixture.ts";

const COMMIT = "3f2a9c1e".repeat(5);

const ANSWER = JSON.stringify({
  id: "production-41",
  environment: { request: { side: "green" }, note: "it's $(here)" },
});

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "verdigris-scripts-"));
  // Stands in for Verdigris: records its words, and answers as it does with --json.
  program("npx", 'printf "%s\\n" "$@" >> "$HERE/words"\ncat "$HERE/answer"\n');
  writeFileSync(join(folder, "answer"), ANSWER);
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("the scripts of a pipeline", () => {
  test("hand the request from one job of GitHub to the next", () => {
    const { jobs } = read("github").yaml;
    const ask = jobs["request-flip-production"].steps.find((step: Yaml) => step.id === "ask");
    bash(ask.run, { GITHUB_SHA: COMMIT, GITHUB_OUTPUT: join(folder, "output") });
    expect(kept("output")).toBe("REQUEST=production-41\nSIDE=green\n");
    expect(words()).toEqual([
      ...["--yes", "verdigris@1.2.3", "request-flip", "production"],
      ...["--release", COMMIT, "--json"],
    ]);
  });

  test("hand nothing on where the request was refused", () => {
    writeFileSync(join(folder, "answer"), '{"error":{"code":"stale_candidate","message":"no"}}');
    program("npx", 'cat "$HERE/answer"; exit 3\n');
    const { jobs } = read("github").yaml;
    const ask = jobs["request-flip-production"].steps.find((step: Yaml) => step.id === "ask");
    expect(status(ask.run, { GITHUB_SHA: COMMIT, GITHUB_OUTPUT: join(folder, "output") })).not.toBe(
      0,
    );
    expect(kept("output")).toBe("");
  });

  test("hand the request from one job of CircleCI to the next, which flips that one", () => {
    const { jobs } = read("circleci").yaml;
    const script = (job: string, name: string): string =>
      jobs[job].steps
        .find((step: Yaml) => step.run?.name === name)
        .run.command.replaceAll("/tmp/verdigris", folder);
    bash(script("request-flip-production", "Ask for the flip"), { CIRCLE_SHA1: COMMIT });
    rmSync(join(folder, "words"));
    bash(script("flip-production", "Approve the request"), { CIRCLE_WORKFLOW_ID: "w" });
    bash(script("flip-production", "Flip"), { CIRCLE_SHA1: COMMIT });
    expect(words()).toEqual([
      ...["--yes", "verdigris@1.2.3", "approve", "production-41"],
      ...["--command-id", "ci:approve:production-41"],
      ...["--reason", "approved in CircleCI: https://app.circleci.com/pipelines/workflows/w"],
      ...["--yes", "verdigris@1.2.3", "flip", "production", "--to", "green"],
      ...["--release", COMMIT, "--request", "production-41"],
      ...["--command-id", "ci:flip:production-41", "--wait", "in-sync", "--timeout", "600s"],
    ]);
  });

  test("hand GitLab lines that its dotenv reports take", () => {
    const [ask] = read("gitlab").yaml["request-flip-production"].script;
    bash(`cd "$HERE"\n${ask}`, { CI_COMMIT_SHA: COMMIT });
    expect(kept("request.env")).toBe("REQUEST=production-41\nSIDE=green\n");
  });

  test("take nothing in a variable for a command", () => {
    const flip = read("github").yaml.jobs["flip-production"].steps.at(-1).run;
    const odd = "$(touch pwned) `touch pwned`; touch pwned #";
    bash(`cd "$HERE"\n${flip}`, { SIDE: odd, REQUEST: odd, GITHUB_SHA: odd });
    expect(words()).toContain(odd);
    expect(execFileSync("ls", [folder], { encoding: "utf8" })).not.toContain("pwned");
  });

  test("let nobody flip whom GitHub does not name", () => {
    const [find] = read("github").yaml.jobs["flip-production"].steps;
    const env = { GITHUB_OUTPUT: join(folder, "output"), ENVIRONMENT: "production" };
    program("gh", "true\n");
    expect(status(find.run, env)).toBe(1);
    expect(kept("output")).toBe("");
    program("gh", "echo octocat\n");
    expect(status(find.run, env)).toBe(0);
    expect(kept("output")).toBe("login=octocat\n");
  });

  test("end where the role is not set", () => {
    const [step] = read("circleci").yaml.commands["take-role"].steps;
    const env = { BASH_ENV_FILE: join(folder, "env"), CIRCLE_OIDC_TOKEN_V2: "token" };
    const script = step.run.command.replaceAll("$BASH_ENV", "$BASH_ENV_FILE");
    expect(status(script, env)).not.toBe(0);
    expect(status(script, { ...env, VERDIGRIS_ROLE_ARN: "arn:aws:iam::123456789012:role/x" })).toBe(
      0,
    );
    expect(kept("env")).toContain("export AWS_ROLE_ARN=arn:aws:iam::123456789012:role/x\n");
  });

  test("check verdigris.yaml as the pipeline was written, and reach nobody", () => {
    const { jobs } = read(
      "github",
      { control: "{ table: verdigris }" },
      { region: "us-east-1" },
    ).yaml;
    const check = jobs.validate.steps.find((step: Yaml) => step.name === "Check verdigris.yaml");
    bash(check.run, {});
    expect(words()).toEqual([
      ...["--yes", "verdigris@1.2.3", "ci", "github"],
      ...["--approval", "ci", "--region", "us-east-1", "--print"],
    ]);
  });

  test.each(Object.keys(WRITERS) as (keyof typeof WRITERS)[])(
    "are read by a shell: %s",
    (system) => {
      const { yaml } = read(system);
      const scripts = scriptsIn(yaml);
      expect(scripts.length).toBeGreaterThan(8);
      for (const script of scripts) {
        const { status: code, stderr } = spawnSync("bash", ["-n"], { input: script });
        expect({ code, stderr: String(stderr), script }).toMatchObject({ code: 0, stderr: "" });
      }
    },
  );
});

/** As the systems call it: it ends at the first command that fails, in a pipe too. */
function bash(script: string, env: Record<string, string>): void {
  execFileSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    env: around(env),
  });
}

function status(script: string, env: Record<string, string>): number | null {
  return spawnSync("bash", ["--noprofile", "--norc", "-eo", "pipefail", "-c", script], {
    env: around(env),
  }).status;
}

function around(env: Record<string, string>): Record<string, string> {
  return { PATH: `${folder}:${process.env.PATH}`, HERE: folder, ...env };
}

function program(name: string, text: string): void {
  writeFileSync(join(folder, name), `#!/bin/sh\n${text}`);
  chmodSync(join(folder, name), 0o755);
}

function kept(name: string): string {
  try {
    return readFileSync(join(folder, name), "utf8");
  } catch {
    return "";
  }
}

function words(): readonly string[] {
  return kept("words").trimEnd().split("\n");
}

/** Under `run`, `command` and `script`. */
function scriptsIn(value: Yaml, key = ""): readonly string[] {
  if (typeof value === "string") return /^(run|command|script)$/.test(key) ? [value] : [];
  if (typeof value !== "object" || value === null) return [];
  const entries = Object.entries(value);
  return entries.flatMap(([name, inner]) => scriptsIn(inner, Array.isArray(value) ? key : name));
}
