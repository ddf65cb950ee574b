import { describe, expect, test } from "vitest";
import { REPOSITORY, read, SERVER, side, textsIn, type Yaml } from "./pipelines.fixture.ts";

const { yaml } = read("github");
const jobs: Record<string, Yaml> = yaml.jobs;

const runs = (job: Yaml): string[] => job.steps.flatMap((step: Yaml) => step.run ?? []);
const uses = (job: Yaml): string[] => job.steps.flatMap((step: Yaml) => step.uses ?? []);

describe("a workflow of GitHub Actions", () => {
  test("deploys side by side, asks when both have succeeded, and flips last", () => {
    const needs = Object.entries(jobs).map(([name, job]) => [name, job.needs]);
    expect(Object.fromEntries(needs)).toEqual({
      validate: undefined,
      build: "validate",
      "deploy-test": "build",
      "deploy-production": "build",
      "request-flip-production": ["deploy-test", "deploy-production"],
      "flip-production": "request-flip-production",
    });
  });

  test("checks pull requests, and releases what is pushed to the release branch alone", () => {
    expect(yaml.on).toEqual({
      pull_request: null,
      merge_group: null,
      push: { branches: ["master"] },
    });
    expect(jobs.build.if).toBe("github.event_name == 'push'");
    const before = Object.values(jobs).filter((job) => !job.needs);
    expect(before).toEqual([jobs.validate]);
  });

  test("gives a pull request no token, no secret and no role", () => {
    expect(jobs.validate.permissions).toEqual({ contents: "read" });
    expect(JSON.stringify(jobs.validate)).not.toMatch(/secrets\.|vars\.|configure-aws/);
  });

  test("gives each job its own permissions, and none to all", () => {
    expect(yaml.permissions).toEqual({});
    const granted = Object.entries(jobs).map(([name, { permissions }]) => [name, permissions]);
    const role = { contents: "read", "id-token": "write" };
    expect(Object.fromEntries(granted)).toEqual({
      validate: { contents: "read" },
      build: role,
      "deploy-test": role,
      "deploy-production": role,
      "request-flip-production": role,
      "flip-production": { ...role, actions: "read" },
    });
  });

  test("binds deployment, request and flip to the commit of its own run", () => {
    const commands = Object.values(jobs).flatMap(runs);
    const bound = commands.filter((line) => / (deploy|request-flip|flip) /.test(line));
    expect(bound).toHaveLength(4);
    for (const line of bound) expect(line).toContain('--release "$GITHUB_SHA"');
    const flip = bound.at(-1);
    expect(flip).toContain('flip production --to "$SIDE"');
    expect(flip).toContain('--request "$REQUEST"');
  });

  test("registers the digest that the build has pushed", () => {
    const step = jobs.build.steps.at(-1);
    expect(step.env).toEqual({ IMAGE_DIGEST: `\${{ steps.image.outputs.digest }}` });
    expect(step.run).toContain(`--image "${REPOSITORY}@$IMAGE_DIGEST"`);
    expect(step.run).toContain('--commit "$GITHUB_SHA"');
  });

  test("puts no expression into a shell", () => {
    const shell = textsIn(yaml).filter(({ path }) => path.endsWith("/run"));
    expect(shell.length).toBeGreaterThan(8);
    expect(shell.filter(({ text }) => text.includes("${{"))).toEqual([]);
  });

  test("uses nothing that a stranger can choose", () => {
    const said = textsIn(yaml).flatMap(({ text }) => [...text.matchAll(/\$\{\{ (.*?) \}\}/g)]);
    expect(new Set(said.map(([, expression]) => expression))).toEqual(
      new Set(
        [
          "vars.VERDIGRIS_ROLE_ARN",
          "github.sha",
          "github.run_id",
          "github.run_attempt",
          "github.repository",
          "github.server_url",
          "github.token",
          "steps.image.outputs.digest",
          "steps.ask.outputs.REQUEST",
          "steps.ask.outputs.SIDE",
          "steps.approver.outputs.login",
          "needs.request-flip-production.outputs.request",
          "needs.request-flip-production.outputs.side",
        ].map((expression) => expression),
      ),
    );
  });

  test("stores no secret: the role is taken by the job's own identity", () => {
    expect(JSON.stringify(yaml)).not.toMatch(/secrets\.|access-key/i);
    for (const job of Object.values(jobs).filter((one) => one !== jobs.validate)) {
      expect(uses(job)).toContain("aws-actions/configure-aws-credentials@v6");
    }
  });

  test("lets nobody flip without a reviewer, and records who that was", () => {
    const flip = jobs["flip-production"];
    expect(flip.environment).toEqual({ name: "production", url: "https://rainbow.example.com" });
    expect(flip.steps[0].run).toMatch(/if \[ -z "\$login" \].*exit 1/s);
    const approve = flip.steps.find((step: Yaml) => step.name === "Approve the request");
    expect(approve.env.REASON).toMatch(
      /^approved in GitHub by \$\{\{ steps\.approver\.outputs\.login/,
    );
    expect(approve.env.REASON).not.toContain("\n");
    const role = flip.steps.find((step: Yaml) => step.with?.["role-session-name"]);
    expect(role.with["role-session-name"]).toContain("steps.approver.outputs.login");
  });

  test("lets releases take turns and cancels none that runs", () => {
    const groups = Object.entries(jobs).flatMap(([name, { concurrency }]) =>
      concurrency ? [[name, concurrency]] : [],
    );
    expect(Object.fromEntries(groups)).toEqual({
      build: { group: "verdigris-rainbow-build", "cancel-in-progress": false },
      "deploy-test": { group: "verdigris-rainbow-deploy-test", "cancel-in-progress": false },
      "deploy-production": {
        group: "verdigris-rainbow-deploy-production",
        "cancel-in-progress": false,
      },
    });
    expect(yaml.concurrency).toBeUndefined();
  });

  test("ends every job in time", () => {
    for (const job of Object.values(jobs)) {
      expect(job["timeout-minutes"]).toBeGreaterThan(0);
      expect(job["timeout-minutes"]).toBeLessThanOrEqual(360);
    }
  });

  test("pins every action to a version", () => {
    const all = Object.values(jobs).flatMap(uses);
    expect(all.filter((action) => !/^[\w-]+\/[\w-]+@v\d+$/.test(action))).toEqual([]);
  });

  test("keeps npm's packages where there is a lock file", () => {
    const cached = (workflow: Yaml) =>
      JSON.stringify(workflow.jobs.validate).includes('"cache":"npm"');
    expect(cached(yaml)).toBe(true);
    expect(cached(read("github", {}, { packageLock: false }).yaml)).toBe(false);
  });
});

describe("a workflow of GitHub Actions with an operator", () => {
  const { yaml: served } = read("github", { control: SERVER });

  test("takes no role but for the registry, and has the key in the steps that need it alone", () => {
    for (const [name, job] of Object.entries<Yaml>(served.jobs)) {
      const role = job.permissions["id-token"] === "write";
      expect(role, name).toBe(name === "build");
      expect(uses(job).some((action) => action.startsWith("aws-actions/configure"))).toBe(role);
    }
    const keyed = textsIn(served).filter(({ text }) => text.includes("VERDIGRIS_API_KEY"));
    expect(keyed.map(({ path }) => path)).toEqual(
      keyed.map(() => expect.stringMatching(/^\/jobs\/(?!validate).*\/env\/VERDIGRIS_API_KEY$/)),
    );
    expect(keyed).toHaveLength(7);
  });

  test("needs no role at all where the registry has one's own password", () => {
    const own = read("github", { control: SERVER, image: "registry.example.com/acme/rainbow" });
    expect(JSON.stringify(own.yaml)).not.toMatch(/aws|id-token/);
    expect(own.pipeline.setUp).toContain(
      "secrets REGISTRY_USERNAME and REGISTRY_PASSWORD: of registry.example.com",
    );
  });
});

describe("approvals", () => {
  test("given in Verdigris end the workflow with the request", () => {
    const { yaml: asked, pipeline } = read("github", {}, { approval: "verdigris" });
    expect(Object.keys(asked.jobs).at(-1)).toBe("request-flip-production");
    expect(pipeline.text).not.toMatch(/verdigris@1\.2\.3 (approve|flip) /);
    expect(pipeline.setUp.join()).not.toContain("reviewers");
  });

  test("that nobody needs are not given, and the gate stays", () => {
    const { yaml: open } = read("github", { flip: "{ approvals: { required: 0 } }" });
    const flip = open.jobs["flip-production"];
    expect(runs(flip).join()).not.toContain("approve ");
    expect(flip.environment.name).toBe("production");
  });
});

test("a command from verdigris.yaml runs as it is written, whatever GitHub would make of it", () => {
  const command = "echo ${{X\n\n  if true; then\n\techo 'a: b' # c\n  fi";
  const { yaml: odd } = read("github", { command });
  const step = odd.jobs.validate.steps.find((one: Yaml) => one.name === "Fetch and compile");
  const escaped = `\${{ '\${{' }}`;
  expect(step.run).toContain(`echo ${escaped}X`);
  expect(step.run.trimEnd().replaceAll(escaped, "${{")).toBe(command);
});

test("an environment whose name YAML takes for something else keeps its name", () => {
  const more = `  yes: { kind: single, record: y.example.com, sides: { main: ${side("y")} } }\n`;
  const { yaml: named } = read("github", { more, branch: "release/1.2" });
  expect(Object.keys(named.jobs)).toContain("deploy-yes");
  expect(named.on.push.branches).toEqual(["release/1.2"]);
});
