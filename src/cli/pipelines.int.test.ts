import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { configurationText } from "./ci/pipelines.fixture.ts";
import { verdigris } from "./invocation.fixture.ts";
import { EXIT } from "./problem.ts";

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "verdigris-ci-"));
  write("verdigris.yaml", configurationText());
});

afterEach(() => rmSync(folder, { recursive: true }));

describe("ci", () => {
  test.each([
    ["github", ".github/workflows/verdigris.yml"],
    ["circleci", ".circleci/config.yml"],
    ["gitlab", ".gitlab-ci.yml"],
  ])("%s writes %s beside verdigris.yaml and tells what to set up", async (system, path) => {
    mkdirSync(join(folder, "src"));
    const { code, stdout } = await call(`ci ${system}`, join(folder, "src"));
    expect(code).toBe(EXIT.done);
    expect(stdout).toContain(`wrote ${join(folder, path)}\n`);
    expect(stdout).toContain("VERDIGRIS_ROLE_ARN");
    expect(read(path)).toContain("npx --yes verdigris@1.2.3 apply");
  });

  test("--print writes nothing and prints the file", async () => {
    const printed = await call("ci github --print");
    expect(existsSync(join(folder, ".github"))).toBe(false);
    await call("ci github");
    expect(printed.stdout).toBe(read(".github/workflows/verdigris.yml"));
    const { documents } = await call("ci github --print --json");
    expect(documents()).toEqual([
      { path: ".github/workflows/verdigris.yml", text: printed.stdout, setUp: expect.any(Array) },
    ]);
  });

  test("leaves a file that is there as it is, unless it is forced", async () => {
    write(".gitlab-ci.yml", "mine\n");
    const { code, stderr } = await call("ci gitlab");
    expect(code).toBe(EXIT.refused);
    expect(stderr).toContain("It was left as it is");
    expect(read(".gitlab-ci.yml")).toBe("mine\n");
    expect((await call("ci gitlab --force")).code).toBe(EXIT.done);
    expect(read(".gitlab-ci.yml")).toContain("stages:");
  });

  test("looks for the lock file, and misses a Dockerfile", async () => {
    const without = await call("ci github");
    expect(read(".github/workflows/verdigris.yml")).not.toContain("cache: npm");
    expect(without.stderr).toContain("there is no Dockerfile");
    write("package.json", "{}");
    write("package-lock.json", "{}");
    write("Dockerfile", "FROM scratch\n");
    const { stderr } = await call("ci github --force");
    expect(read(".github/workflows/verdigris.yml")).toContain("cache: npm");
    expect(stderr).toBe("");
  });

  test("takes a role and a region", async () => {
    const role = "arn:aws:iam::123456789012:role/path/rainbow-release";
    const { stdout } = await call(`ci github --print --role ${role} --region us-east-1`);
    expect(stdout).toContain(`role-to-assume: ${role}`);
    expect(stdout).toContain("aws-region: us-east-1");
    expect(stdout).not.toContain("vars.");
  });

  test.each([
    ["ci jenkins", '"jenkins" is not github, circleci or gitlab'],
    ["ci constructor", '"constructor" is not github'],
    ["ci", "<system> is missing"],
    ["ci github --role admin", "--role:"],
    ["ci github --region Ireland!", "--region:"],
    ["ci github --approval nobody", '"nobody" is not ci or verdigris'],
  ])("%s is a mistake that is told", async (line, message) => {
    const { code, stderr } = await call(line);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain(message);
    expect(existsSync(join(folder, ".github"))).toBe(false);
  });

  test("reports every mistake in verdigris.yaml with its line", async () => {
    write("verdigris.yaml", configurationText().replaceAll(".example.com", ".EXAMPLE.com"));
    const { code, stderr } = await call("ci github");
    expect(code).toBe(EXIT.usage);
    expect(stderr).toMatch(/verdigris\.yaml:\d+:\d+: environments\.test\.record/);
    expect(stderr).toMatch(/verdigris\.yaml:\d+:\d+: environments\.production\.preview/);
  });

  test("needs a verdigris.yaml", async () => {
    rmSync(join(folder, "verdigris.yaml"));
    const { code, stderr } = await call("ci github");
    expect({ code, stderr }).toMatchObject({ code: EXIT.usage });
    expect(stderr).toContain("`verdigris init` writes one");
  });

  test("says why a file can't be written", async () => {
    write(".github", "not a folder");
    const { code, stderr } = await call("ci github");
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain("can't be written");
  });
});

function call(line: string, cwd = folder) {
  return verdigris(line, { cwd });
}

function write(name: string, text: string): void {
  writeFileSync(join(folder, name), text);
}

function read(name: string): string {
  return readFileSync(join(folder, name), "utf8");
}
