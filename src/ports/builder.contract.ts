import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { BuildConfiguration } from "../domain/app/configuration.ts";
import type { Builder, BuildJob } from "./builder.ts";

export interface OpenedBuilder {
  readonly builder: Builder;
  readonly app: string;
  /** Makes a commit of exactly these files. Each call gives another commit. */
  commit(files: Readonly<Record<string, string>>): Promise<string>;
  close(): Promise<void>;
}

/**
 * What every builder must do; `open` makes an empty one for each case. The commands used are
 * `true`, `echo …`, `exit …` and `sleep …`, alone.
 */
export function builderContract(name: string, open: () => Promise<OpenedBuilder>): void {
  describe(`${name} as a builder`, () => {
    let opened: OpenedBuilder;
    let lines: string[];
    beforeEach(async () => {
      opened = await open();
      lines = [];
    });
    afterEach(() => opened.close());

    const files = { "index.html": "hello", "dist/app.js": "app" };

    function job(commit: string, build: Partial<BuildConfiguration> = {}): BuildJob {
      return {
        app: opened.app,
        commit,
        build: { artifact: ".", timeoutSeconds: 60, ...build },
        log: (line) => lines.push(line),
        signal: new AbortController().signal,
      };
    }

    it("passes a commit whose commands succeed, and hands over what they print", async () => {
      const commit = await opened.commit(files);
      const build = { command: "echo compiled", validate: "echo checked" };
      expect(await opened.builder.validate(job(commit, build))).toEqual({ ok: true });
      expect(lines).toContain("compiled");
      expect(lines.indexOf("checked")).toBeGreaterThan(lines.indexOf("compiled"));
    });

    it("passes a commit that has nothing to check", async () => {
      expect(await opened.builder.validate(job(await opened.commit(files)))).toEqual({ ok: true });
    });

    it("fails a commit whose check fails, and names the check and its exit code", async () => {
      const commit = await opened.commit(files);
      expect(await opened.builder.validate(job(commit, { validate: "exit 3" }))).toEqual({
        ok: false,
        reason: "validate failed: `exit 3` exited with code 3",
      });
    });

    it("does not check what did not compile", async () => {
      const commit = await opened.commit(files);
      const build = { command: "exit 2", validate: "echo checked" };
      expect(await opened.builder.validate(job(commit, build))).toEqual({
        ok: false,
        reason: "validate failed: `exit 2` exited with code 2",
      });
      expect(lines).not.toContain("checked");
    });

    it("gives no artifact when the command fails", async () => {
      const commit = await opened.commit(files);
      expect(await opened.builder.build(job(commit, { command: "exit 1" }))).toEqual({
        ok: false,
        reason: "build failed: `exit 1` exited with code 1",
      });
    });

    it("gives the same artifact again for the same commit", async () => {
      const commit = await opened.commit(files);
      const first = await opened.builder.build(job(commit, { command: "echo compiled" }));
      expect(first).toEqual({
        ok: true,
        artifact: {
          digest: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
          location: expect.any(String),
        },
      });
      expect(await opened.builder.build(job(commit, { command: "echo compiled" }))).toEqual(first);
    });

    it("gives equal content an equal digest, and other content another", async () => {
      const digests: (string | undefined)[] = [];
      for (const content of [files, files, { ...files, "index.html": "other" }]) {
        const result = await opened.builder.build(job(await opened.commit(content)));
        digests.push(result.artifact?.digest);
      }
      expect(digests[0]).toMatch(/^sha256:/);
      expect(digests[1]).toBe(digests[0]);
      expect(digests[2]).not.toBe(digests[0]);
    });

    it("releases only the artifact's folder", async () => {
      const build = { artifact: "dist" };
      const digests: (string | undefined)[] = [];
      for (const content of [files, { ...files, "index.html": "other" }]) {
        const result = await opened.builder.build(job(await opened.commit(content), build));
        digests.push(result.artifact?.digest);
      }
      const whole = await opened.builder.build(job(await opened.commit(files)));
      expect(digests[0]).toMatch(/^sha256:/);
      expect(digests[1]).toBe(digests[0]);
      expect(whole.artifact?.digest).not.toBe(digests[0]);
    });

    it("builds the same commit twice at once", async () => {
      const commit = await opened.commit(files);
      const [one, two] = await Promise.all([
        opened.builder.build(job(commit)),
        opened.builder.build(job(commit)),
      ]);
      expect(one.ok).toBe(true);
      expect(two).toEqual(one);
    });

    it.each(["missing", "index.html", "..", "../x", "/tmp", "dist/../.."])(
      "says so when the artifact can't be %s",
      async (artifact) => {
        const result = await opened.builder.build(job(await opened.commit(files), { artifact }));
        expect(result.ok).toBe(false);
        expect(result.reason).toMatch(/^build failed: .+$/);
        expect(result.reason).toContain(artifact);
        expect(result.artifact).toBeUndefined();
      },
    );

    it("says so when there is no such commit", async () => {
      for (const commit of ["0".repeat(40), "master", "--help"]) {
        const expected = {
          ok: false,
          reason: expect.stringContaining(`${commit} is not a commit`),
        };
        expect(await opened.builder.validate(job(commit))).toEqual(expected);
        expect(await opened.builder.build(job(commit))).toEqual(expected);
      }
    });

    it("ends the commands when the job is stopped", async () => {
      const commit = await opened.commit(files);
      const stop = new AbortController();
      const sleeping = {
        ...job(commit, { command: "echo begun", validate: "sleep 600" }),
        log: (line: string) => {
          if (line === "begun") stop.abort();
        },
        signal: stop.signal,
      };
      const result = await opened.builder.validate(sleeping);
      expect(result.ok).toBe(false);
      expect(result.reason).toMatch(/^validate failed: `.+` was stopped before it ended$/);
    });
  });
}
