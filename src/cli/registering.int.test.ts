import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { BREAK, type CannedOperator, cannedOperator, no, ok } from "./canned-operator.fixture.ts";
import { verdigris } from "./invocation.fixture.ts";
import { EXIT } from "./problem.ts";
import { NEW } from "./views.fixture.ts";

const POST = "POST /apps/rainbow/releases";
const DIGEST = `sha256:${"0123456789abcdef".repeat(4)}`;
const IMAGE = `123456789012.dkr.ecr.eu-west-1.amazonaws.com/acme/rainbow@${DIGEST}`;

let operator: CannedOperator;
let folder: string;
let commit: string;

beforeEach(async () => {
  operator = await cannedOperator();
  operator.on(POST, ok(NEW));
  folder = mkdtempSync(join(tmpdir(), "verdigris-release-"));
  git("init", "--quiet");
  git("commit", "--quiet", "--allow-empty", "--message=Paint it grün\n\nBecause.");
  commit = git("rev-parse", "HEAD").trim();
});

afterEach(async () => {
  await operator.stop();
  rmSync(folder, { recursive: true });
});

describe("releases register", () => {
  test("says of the commit what git says", async () => {
    const { code, stdout } = await register(`--commit ${commit} --image ${IMAGE}`);
    expect({ code, stdout }).toEqual({
      code: EXIT.done,
      stdout: 'release 2222222 "Paint it green" is registered\n',
    });
    expect(operator.bodiesOf(POST)).toEqual([
      {
        commandId: `register-${commit}-${DIGEST.slice(7)}`,
        commit,
        artifact: { digest: DIGEST, location: IMAGE },
        author: { name: "Ana", email: "ana@example.com" },
        subject: "Paint it grün",
      },
    ]);
  });

  test("is the same command when it is told again", async () => {
    operator.on(POST, BREAK, ok(NEW));
    await register(`--commit ${commit} --image ${IMAGE}`);
    await register(`--commit ${commit} --image ${IMAGE}`);
    const ids = operator.bodiesOf(POST).map(({ commandId }) => commandId);
    expect(ids).toHaveLength(3);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^[A-Za-z0-9._:/-]{1,128}$/);
  });

  test("takes the release that another key has registered from the same build", async () => {
    operator.on(POST, no(409, "command_id_reused", "of another"), ok(NEW));
    expect((await register(`--commit ${commit} --image ${IMAGE}`)).code).toBe(EXIT.done);
    const [first, second] = operator.bodiesOf(POST);
    expect(second).toEqual({ ...first, commandId: expect.not.stringContaining("register") });
  });

  test("takes what is written before what git says", async () => {
    await verdigris(
      [...words(commit), "--author-name", "Bo", "--subject", "Paint it\tblue"],
      world(),
    );
    expect(operator.bodiesOf(POST)).toMatchObject([
      { author: { name: "Bo", email: "ana@example.com" }, subject: "Paint it\tblue" },
    ]);
  });

  test("needs no repository where all is written", async () => {
    const other = "f".repeat(40);
    const said = ["--author-name", "Bo", "--author-email", "bo@example.com", "--subject", "Blue"];
    const { code } = await verdigris([...words(other), ...said], { ...world(), cwd: tmpdir() });
    expect(code).toBe(EXIT.done);
    expect(operator.bodiesOf(POST)).toMatchObject([{ commit: other, subject: "Blue" }]);
  });

  test("registers nothing of a commit that isn't here", async () => {
    const { code, stderr } = await register(`--commit ${"f".repeat(40)} --image ${IMAGE}`);
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain(
      "Nothing was registered. Check the commit out here, or write --author",
    );
    expect(operator.asked).toEqual([]);
  });

  test.each([
    ["acme/rainbow:latest", "names no digest"],
    ["acme/rainbow", "names no digest"],
    [`acme/rainbow:1@${DIGEST}`, "has a tag too"],
    [`acme/rainbow@${DIGEST.slice(0, -1)}`, "is cut off"],
  ])("refuses the image %s, which %s", async (image) => {
    const { code, stderr } = await register(`--commit ${commit} --image ${image}`);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain("write <repository>@sha256:<digest>");
    expect(operator.asked).toEqual([]);
  });

  test.each([[`registry.example.com:5000/acme/rainbow@${DIGEST}`], [`rainbow@${DIGEST}`]])(
    "takes the image %s",
    async (image) => {
      expect((await register(`--commit ${commit} --image ${image}`)).code).toBe(EXIT.done);
    },
  );

  test.each([
    [`--image ${IMAGE}`, "--commit is missing"],
    [`--commit ${"f".repeat(40)}`, "--image is missing"],
    [`--commit HEAD --image ${IMAGE}`, "`git rev-parse HEAD` prints them"],
    [`--commit 3f2a9c1 --image ${IMAGE}`, "is not a whole commit"],
  ])("without all that it needs says what is missing: %s", async (line, message) => {
    const { code, stderr } = await register(line);
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain(message);
  });

  test("hands on a refusal", async () => {
    operator.on(POST, no(409, "superseded", "too many builds"));
    expect((await register(`--commit ${commit} --image ${IMAGE}`)).code).toBe(EXIT.refused);
  });
});

test("releases knows no other action", async () => {
  const { code, stderr } = await verdigris("releases forget", world());
  expect(code).toBe(EXIT.usage);
  expect(stderr).toContain('"forget" is not list or register');
});

function words(sha: string): readonly string[] {
  return ["releases", "register", "--commit", sha, "--image", IMAGE, "--app", "rainbow"];
}

function register(line: string) {
  return verdigris(`releases register --app rainbow ${line}`, world());
}

function world() {
  return { cwd: folder, env: { PATH: process.env.PATH, VERDIGRIS_SERVER: operator.url } };
}

function git(...args: readonly string[]): string {
  const who = ["-c", "user.name=Ana", "-c", "user.email=ana@example.com"];
  return execFileSync("git", [...who, ...args], { cwd: folder, encoding: "utf8" });
}
