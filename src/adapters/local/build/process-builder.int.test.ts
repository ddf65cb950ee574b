import { mkdir, mkdtemp, readdir, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BuildConfiguration } from "../../../domain/app/configuration.ts";
import { builderContract } from "../../../ports/builder.contract.ts";
import type { BuildJob } from "../../../ports/builder.ts";
import { type ScratchRepository, scratchRepository } from "../git/scratch-repository.fixture.ts";
import { ProcessBuilder } from "./process-builder.ts";

async function openBuilder() {
  const scratch = await scratchRepository();
  const directory = await mkdtemp(join(tmpdir(), "verdigris-build-"));
  let commits = 0;
  return {
    scratch,
    directory,
    builder: await ProcessBuilder.open({ directory, repositoryOf: () => scratch.path }),
    app: "rainbow",
    commit: (files: Readonly<Record<string, string>>) => {
      commits += 1;
      return scratch.commit({ branch: "master", files, message: `Change ${commits}` });
    },
    close: async () => {
      await scratch.close();
      await rm(directory, { recursive: true, force: true });
    },
  };
}

builderContract("ProcessBuilder", openBuilder);

describe("builds by processes", () => {
  let scratch: ScratchRepository;
  let directory: string;
  let builder: ProcessBuilder;
  let commit: (files: Readonly<Record<string, string>>) => Promise<string>;
  let close: () => Promise<void>;
  let lines: string[];

  beforeEach(async () => {
    ({ scratch, directory, builder, commit, close } = await openBuilder());
    lines = [];
  });
  afterEach(() => close());

  function job(sha: string, build: Partial<BuildConfiguration> = {}): BuildJob {
    return {
      app: "rainbow",
      commit: sha,
      build: { artifact: ".", timeoutSeconds: 60, ...build },
      log: (line) => lines.push(line),
      signal: new AbortController().signal,
    };
  }

  it("a build runs in a fresh checkout of its commit, whatever surrounds it", async () => {
    const sha = await commit({ a: "1", "b/c": "2" });
    const validate = 'git rev-parse HEAD; git status --short; echo "$CI $VERDIGRIS_COMMIT"; ls';
    expect(
      await builder.validate(job(sha, { command: "test ! -e x && touch x", validate })),
    ).toEqual({ ok: true });
    expect(lines.slice(-6)).toEqual([sha, "?? x", `true ${sha}`, "a", "b", "x"]);
    expect((await builder.validate(job(sha, { validate: "test ! -e x" }))).ok).toBe(true);
  });

  it("the artifact holds what the command made, and no more", async () => {
    const sha = await commit({ "src/a.sh": "echo hi", other: "x" });
    const command = "mkdir -p dist/bin && cp src/a.sh dist/bin/a && chmod +x dist/bin/a";
    const { artifact } = await builder.build(job(sha, { command, artifact: "dist/" }));
    const location = artifact?.location ?? "";
    expect(location).toBe(join(directory, "artifacts", artifact?.digest.slice(7) ?? ""));
    expect(await readdir(location, { recursive: true })).toEqual(["bin", "bin/a"]);
    expect(await readFile(join(location, "bin/a"), "utf8")).toBe("echo hi");
    expect((await stat(join(location, "bin/a"))).mode & 0o100).toBe(0o100);
  });

  it("nothing is left of a build, whether it passed or failed", async () => {
    const sha = await commit({ a: "1" });
    const failing = { command: "mkdir -p deep/er && exit 1" };
    await builder.validate(job(sha, { validate: "touch x" }));
    await builder.build(job(sha, failing));
    await builder.build(job(sha));
    await builder.build(job(await commit({ a: "1" })));
    expect(await readdir(join(directory, "builds"))).toEqual([]);
    expect(await readdir(join(directory, "artifacts"))).toHaveLength(1);
  });

  it("a commit built before is not built again, unless its artifact or the settings are gone", async () => {
    const sha = await commit({ a: "1" });
    const command = 'echo "built $VERDIGRIS_COMMIT"';
    const times = () => lines.filter((line) => line === `built ${sha}`).length;
    const first = await builder.build(job(sha, { command }));
    const reopened = await ProcessBuilder.open({ directory, repositoryOf: () => scratch.path });
    expect(await reopened.build(job(sha, { command }))).toEqual(first);
    expect(times()).toBe(1);
    await builder.build(job(sha, { command: `${command} ` }));
    expect(times()).toBe(2);
    await rm(first.artifact?.location ?? "", { recursive: true });
    expect(await builder.build(job(sha, { command }))).toEqual(first);
    expect(times()).toBe(3);
    expect(await readFile(join(first.artifact?.location ?? "", "a"), "utf8")).toBe("1");
  });

  it.each([
    ["is a link that leads out", "ln -s /tmp dist", "lies outside the repository"],
    ["holds a link that leads out", "mkdir dist && ln -s ../a dist/a", "link a leads out"],
    ["is a file", "touch dist", "dist is not a folder"],
  ])("an artifact that %s is refused", async (_, command, reason) => {
    const result = await builder.build(
      job(await commit({ a: "1" }), { command, artifact: "dist" }),
    );
    expect(result).toEqual({ ok: false, reason: expect.stringContaining(reason) });
    expect(await readdir(join(directory, "artifacts"))).toEqual([]);
  });

  it("a command that takes too long fails with its limit", async () => {
    const slow = job(await commit({ a: "1" }), { validate: "sleep 600", timeoutSeconds: 0.05 });
    expect(await builder.validate(slow)).toEqual({
      ok: false,
      reason: "validate failed: `sleep 600` took longer than 0.05 s and was stopped",
    });
  });

  it("an app whose repository is missing is a result with one line of reason", async () => {
    const lost = await ProcessBuilder.open({
      directory,
      repositoryOf: () => join(directory, "none.git"),
    });
    const result = await lost.validate(job("a".repeat(40)));
    expect(result).toEqual({
      ok: false,
      reason: expect.stringMatching(/^validate failed: .*none/),
    });
    expect(result.reason).not.toContain("\n");
  });

  it("opening removes what killed builds left, and nothing of builds that go on", async () => {
    const builds = join(directory, "builds");
    await mkdir(join(builds, "4194999-1-killed/checkout"), { recursive: true });
    await mkdir(join(builds, `${process.pid}-1-of-an-earlier-process-with-our-id`));
    await mkdir(join(builds, "not-of-ours"));
    await mkdir(join(builds, "1-1-of-a-living-process"));
    const sha = await commit({ a: "1" });
    const stop = new AbortController();
    let begin: () => void = () => undefined;
    const begun = new Promise<void>((resolve) => {
      begin = resolve;
    });
    const log = (line: string) => (line === "begun" ? begin() : undefined);
    const settings = job(sha, { validate: "echo begun; exec sleep 600" });
    const building = builder.validate({ ...settings, log, signal: stop.signal });
    await begun;
    await ProcessBuilder.open({ directory, repositoryOf: () => scratch.path });
    const left = await readdir(builds);
    expect(left).toHaveLength(2);
    expect(left).toContain("1-1-of-a-living-process");
    stop.abort();
    await building;
  });

  it("an app without checks of its own is not even checked out to validate it", async () => {
    const sha = await commit({ a: "1" });
    expect(await builder.validate(job(sha, { command: "exit 1" }))).toEqual({ ok: true });
    expect(lines).toEqual(["[there is nothing to validate with]"]);
  });

  it("a commit with submodules or large files is built, and the log says what is missing", async () => {
    const files = { ".gitmodules": "[submodule]", ".gitattributes": "*.bin filter=lfs -text" };
    expect((await builder.build(job(await commit(files)))).ok).toBe(true);
    expect(lines).toEqual([
      expect.stringContaining("submodules are not fetched"),
      expect.stringContaining("Git LFS are not fetched"),
    ]);
  });
});
