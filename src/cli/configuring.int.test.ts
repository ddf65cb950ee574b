import { chmodSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { ConfigureAnswer } from "../contract/api.ts";
import { parseConfiguration } from "../contract/configuration/parse.ts";
import { BREAK, type CannedOperator, cannedOperator, no, ok } from "./canned-operator.fixture.ts";
import { checkGit, checkNode } from "./diagnosis.ts";
import { verdigris, type World } from "./invocation.fixture.ts";
import { configurationFor } from "./new-configuration.ts";
import { EXIT } from "./problem.ts";

const PUT = "PUT /apps/rainbow/configuration";
const YAML = configurationFor({ app: "rainbow", scripts: [] });

let operator: CannedOperator;
let folder: string;

beforeEach(async () => {
  operator = await cannedOperator();
  folder = mkdtempSync(join(tmpdir(), "verdigris-cli-"));
});

afterEach(async () => {
  await operator.stop();
  rmSync(folder, { recursive: true });
});

describe("apply", () => {
  const preview: ConfigureAnswer = {
    app: "rainbow",
    revision: 3,
    changed: true,
    changes: ["environments.production.ttl: 60s -> 30s"],
  };
  const applied: ConfigureAnswer = { ...preview, revision: 4 };

  beforeEach(() => {
    writeFileSync(join(folder, "verdigris.yaml"), YAML);
    operator.on(PUT, ok(preview), ok(applied));
  });

  test("shows what changes, then sends the same text for the revision it was shown at", async () => {
    const { code, stdout } = await call("apply --reason faster");
    expect(code).toBe(EXIT.done);
    expect(stdout).toBe(
      "rainbow: what changes\n  environments.production.ttl: 60s -> 30s\nrainbow: applied (revision 4)\n",
    );
    expect(
      operator.asked.map(({ query, body, headers }) => ({
        query,
        same: body === YAML,
        type: headers["content-type"],
      })),
    ).toEqual([
      { query: { dryRun: "true" }, same: true, type: "text/yaml" },
      { query: { expectRevision: "3", reason: "faster" }, same: true, type: "text/yaml" },
    ]);
  });

  test("with --dry-run sends nothing else, and prints the answer with --json", async () => {
    const result = await call("apply --dry-run --json");
    expect(result.documents()).toEqual([preview]);
    expect(operator.asked).toHaveLength(1);
  });

  test("of what is so already changes nothing", async () => {
    operator.on(PUT, ok({ ...preview, changed: false, changes: [] }));
    expect((await call("apply")).stdout).toBe("rainbow: nothing changes (revision 3)\n");
    expect(operator.asked).toHaveLength(1);
  });

  test.each([
    ["y\n", EXIT.done, 2],
    ["yes\n", EXIT.done, 2],
    ["n\n", EXIT.refused, 1],
    ["", EXIT.refused, 1],
  ])("asks on a terminal and takes %j as said", async (typed, code, asked) => {
    const result = await call("apply", { isTTY: true, typed });
    expect(result.code).toBe(code);
    expect(result.stderr).toContain("Apply this to rainbow? [y/N]");
    expect(operator.asked).toHaveLength(asked);
  });

  test("asks nobody with --yes", async () => {
    const { code, stderr } = await call("apply --yes", { isTTY: true });
    expect({ code, stderr }).toEqual({ code: EXIT.done, stderr: "" });
  });

  test("repeats a broken connection under one key", async () => {
    operator.on(PUT, ok(preview), BREAK, ok(applied));
    expect((await call("apply")).code).toBe(EXIT.done);
    const keys = operator.asked.slice(1).map(({ headers }) => headers["idempotency-key"]);
    expect(keys).toHaveLength(2);
    expect(new Set(keys).size).toBe(1);
  });

  test("reports every mistake with its line and sends nothing", async () => {
    writeFileSync(join(folder, "verdigris.yaml"), YAML.replaceAll("ttl: 60s", "ttl: 60 apples"));
    const { code, stderr } = await call("apply");
    expect(code).toBe(EXIT.usage);
    expect(stderr).toMatch(
      /^verdigris\.yaml:\d+:\d+: environments\.test\.ttl: "60 apples" is not/m,
    );
    expect(stderr).toMatch(/^verdigris\.yaml:\d+:\d+: environments\.production\.ttl: /m);
    expect(operator.asked).toEqual([]);
  });

  test("takes a file by name, and needs one", async () => {
    writeFileSync(join(folder, "other.yaml"), YAML);
    rmSync(join(folder, "verdigris.yaml"));
    expect((await call("apply other.yaml")).code).toBe(EXIT.done);
    expect((await call("apply")).stderr).toContain("`verdigris init` writes one");
    expect((await call("apply missing.yaml")).code).toBe(EXIT.usage);
  });

  test("does not take the file of one app for another", async () => {
    const { code, stderr } = await call("apply --app sunset");
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain("sunset is not the app of verdigris.yaml, which is rainbow");
  });

  test("hands on a refusal", async () => {
    operator.on(PUT, no(409, "flip_in_flight", "Wait."));
    expect((await call("apply")).code).toBe(EXIT.refused);
  });
});

describe("init", () => {
  const path = () => join(folder, "verdigris.yaml");

  test.each([
    [{ app: "rainbow", scripts: [] }],
    [{ app: "rainbow", scripts: ["build", "start", "test"], locked: true }],
  ])("writes a configuration without mistakes for %j", (detected) => {
    const parsed = parseConfiguration(configurationFor(detected), { file: "verdigris.yaml" });
    expect(parsed).toMatchObject({ ok: true, configuration: { app: "rainbow" } });
  });

  test("takes the name and the commands from package.json", async () => {
    const scripts = { start: "x", test: "x", build: "x" };
    writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "@acme/My.App", scripts }));
    writeFileSync(join(folder, "package-lock.json"), "{}");
    const result = await call("init --json");
    expect(result.documents()).toEqual([{ file: path(), app: "my-app" }]);
    const written = parseConfiguration(readFileSync(path(), "utf8"), { file: "" });
    expect(written).toMatchObject({
      configuration: {
        app: "my-app",
        build: { command: "npm ci && npm run build", validate: "npm test", start: "npm start" },
      },
    });
  });

  test("leaves a file that is there as it is", async () => {
    writeFileSync(path(), "mine");
    const { code } = await call("init");
    expect(code).toBe(EXIT.refused);
    expect(readFileSync(path(), "utf8")).toBe("mine");
  });

  test("writes nothing over a package.json that it can't read", async () => {
    writeFileSync(join(folder, "package.json"), "{");
    expect((await call("init")).code).toBe(EXIT.failed);
    expect(existsSync(path())).toBe(false);
  });
});

describe("doctor", () => {
  test("finds all well where it is, with a line for each thing", async () => {
    operator.on("GET /apps", ok([]));
    const client = join(folder, "client.json");
    writeFileSync(client, JSON.stringify({ api: operator.url, token: "x" }), { mode: 0o600 });
    const { code, stdout } = await call(`doctor --data-dir ${folder}`, { env: {} });
    expect(stdout).not.toContain("fail");
    expect(stdout.split("\n").filter((line) => line.startsWith("ok "))).toHaveLength(5);
    expect(code).toBe(EXIT.done);
  });

  test("tells what to do where the client file can be read by others", async () => {
    const client = join(folder, "client.json");
    writeFileSync(client, "{}");
    chmodSync(client, 0o644);
    const { code, stdout } = await call(`doctor --data-dir ${folder}`, { env: {} });
    expect(code).toBe(EXIT.failed);
    expect(stdout).toContain(`chmod 600 ${client}`);
  });

  test("asks a remote operator, and looks at nothing that only this machine needs", async () => {
    operator.on("GET /apps", no(401, "unauthorized", "Unknown key."));
    const result = await call("doctor --json");
    expect(result.code).toBe(EXIT.failed);
    const findings = result.documents()[0];
    expect(findings).toHaveLength(3);
    expect(findings).toContainEqual({
      ok: false,
      what: "the operator can't be asked",
      mend: expect.stringContaining("VERDIGRIS_API_KEY"),
    });
  });

  test.each([
    ["20.19.0", true],
    ["22.1.0", true],
    ["20.18.3", false],
    ["18.20.0", false],
  ])("takes Node %s: %s", (version, ok) => {
    expect(checkNode(version).ok).toBe(ok);
  });

  test.each([
    ["git version 2.38.0", true],
    ["git version 3.0", true],
    ["git version 2.30.2", false],
  ])("takes %s: %s", async (version, fine) => {
    const git = join(folder, "git");
    writeFileSync(git, `#!/bin/sh\necho ${version}\n`, { mode: 0o755 });
    expect((await checkGit({ env: { PATH: folder } })).ok).toBe(fine);
  });

  test("says how to get git where there is none", async () => {
    const finding = await checkGit({ env: { PATH: folder } });
    expect(finding).toMatchObject({ ok: false, mend: expect.stringContaining("Install git") });
  });
});

function call(line: string, world: World = {}) {
  return verdigris(line, {
    cwd: folder,
    ...world,
    env: { PATH: process.env.PATH, ...(world.env ?? { VERDIGRIS_SERVER: operator.url }) },
  });
}
