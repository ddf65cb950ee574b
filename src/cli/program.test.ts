import { describe, expect, test } from "vitest";
import { verdigris } from "./invocation.fixture.ts";
import { MACHINE_VERBS } from "./machine-verbs.ts";
import { parseCall } from "./parse-call.ts";
import { EXIT, Problem, Stopped } from "./problem.ts";
import { defineVerb, type VerbDefinition } from "./verb.ts";
import { VERBS } from "./verbs.ts";

describe("the program", () => {
  test("lists every verb in one table, the extra ones first, hidden ones not at all", async () => {
    const { code, stdout } = await verdigris("--help", {
      extra: [extra({ name: "demo" }), extra({ name: "git-hook", hidden: true })],
    });
    expect(code).toBe(EXIT.done);
    for (const { name, summary } of VERBS) {
      expect(stdout).toMatch(new RegExp(`^  ${name} +${summary}$`, "m"));
    }
    expect(stdout.indexOf("  demo ")).toBeLessThan(stdout.indexOf("  init "));
    expect(stdout).not.toContain("git-hook");
  });

  test("loads no verb for its list, and only the one that is called", async () => {
    const loaded: string[] = [];
    const verbs = ["one", "two"].map((name) =>
      extra({ name, run: async () => EXIT.done, onLoad: () => loaded.push(name) }),
    );
    await verdigris("--help", { extra: verbs });
    expect(loaded).toEqual([]);
    await verdigris("two", { extra: verbs });
    expect(loaded).toEqual(["two"]);
  });

  test("alone shows its help and ends as a usage error", async () => {
    const { code, stdout } = await verdigris("");
    expect(code).toBe(EXIT.usage);
    expect(stdout).toContain("usage: verdigris <verb>");
  });

  test("tells its version", async () => {
    expect(await verdigris("--version")).toMatchObject({ code: EXIT.done, stdout: "1.2.3\n" });
  });

  test("guesses what a mistyped verb was meant as", async () => {
    const { code, stderr } = await verdigris("stauts");
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain('there is no verb "stauts"; did you mean status?');
  });

  test("finds the verb behind flags and their values", async () => {
    const { stdout } = await verdigris("--app status --json flip --help");
    expect(stdout).toContain("usage: verdigris flip [environment]");
  });

  test("shows the help of a verb in three ways", async () => {
    const [first, ...others] = await Promise.all(
      ["flip --help", "flip -h", "help flip"].map((line) => verdigris(line)),
    );
    expect(first?.code).toBe(EXIT.done);
    for (const other of others) expect(other?.stdout).toBe(first?.stdout);
  });
});

describe("a verb's end", () => {
  test.each([
    [new Problem("failed", "x"), 1, "failed: x\n"],
    [new Problem("usage", "x"), 2, "x\n"],
    [
      new Problem("refused", "x", { error: { code: "frozen", message: "x" } }),
      3,
      "refused (frozen): x\n",
    ],
    [new Problem("notYet", "x"), 4, "not yet: x\n"],
  ])("tells %s apart by its exit code", async (problem, code, stderr) => {
    const result = await verdigris("fails", { extra: [failing(problem)] });
    expect(result).toMatchObject({ code, stderr, stdout: "" });
  });

  test("prints the server's own words with --json", async () => {
    const answer = { error: { code: "frozen", message: "x" } } as const;
    const extra = [failing(new Problem("refused", "x", answer))];
    const result = await verdigris("fails --json", { extra });
    expect(result.code).toBe(EXIT.refused);
    expect(result.documents()).toEqual([answer]);
  });

  test("by a defect of the program shows where, and is a failure", async () => {
    const { code, stderr } = await verdigris("fails", { extra: [failing(new TypeError("oops"))] });
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain("TypeError: oops");
  });

  test.each([
    [EXIT.interrupted, 130],
    [EXIT.done, 0],
  ])("by a stop with %i is quiet", async (exit, code) => {
    const stopping = new AbortController();
    const verb = extra({
      name: "waits",
      run: async ({ clock, signal }) => {
        stopping.abort(new Stopped(exit));
        await clock.sleep(1_000, signal);
        return EXIT.failed;
      },
    });
    const result = await verdigris("waits", { extra: [verb], signal: stopping.signal });
    expect(result).toMatchObject({ code, stdout: "", stderr: "" });
  });

  test("is its own affair when it goes on after a stop", async () => {
    const stopping = new AbortController();
    const verb = extra({
      name: "serves",
      run: async () => {
        stopping.abort(new Stopped(EXIT.interrupted));
        return EXIT.done;
      },
    });
    const result = await verdigris("serves", { extra: [verb], signal: stopping.signal });
    expect(result.code).toBe(EXIT.done);
  });
});

describe("a command line", () => {
  test.each([
    ["flip --timeout soon", '--timeout: "soon" is not a duration; write for example 30s or 10m'],
    ["flip --timeout 0s", "--timeout: 0s is not from 1s to 30d"],
    ["flip --to purple", '--to: "purple" is not blue or green'],
    [
      "flip --wait later",
      '--wait: "later" is not a phase; write submitted, in-sync, caches-expired',
    ],
    ["flip --expect-revision -1", '--expect-revision: "-1" is not a whole number'],
    ["flip --command-id a,b --to blue", '--command-id: "a,b" is not an id'],
    ["flip --command-id a", "--command-id needs --to"],
    ["flip --rleease x", "there is no flag --rleease; did you mean --release?"],
    ["flip -x", "there is no flag -x"],
    ["flip one two", '"two" is one argument too many'],
    ["flip --release", "--release needs a value: --release <id>"],
    ["flip --release --dry-run", "--release needs a value: --release <id>"],
    ["flip --dry-run=no", "--dry-run takes no value"],
    ["flip --reason=", '--reason: "" is not text'],
    ["approve", "<request> is missing"],
    ["approve 41", '"41" is not the id of a request'],
    ["deploy production", "--release is missing; add --release <id>"],
    ["runs first", '"first" is not the number of a run'],
    ["logs 0", '"0" is not the number of a run'],
    ["logs 1x", '"1x" is not the number of a run'],
    ["logs production red", '"red" is not a side; write main, blue or green'],
    ["logs production --follow", "--follow: only the jobs of a run are followed"],
    ["logs 7 --lines 10", "--lines: a run's jobs are printed whole"],
    ["history --limit 0", '--limit: "0" is not a whole number from 1 to 200'],
    ["token make", '"make" is not create, list or revoke'],
    [
      "token create --name ana --role boss",
      '--role: "boss" is not viewer, deployer, approver or admin',
    ],
    ["token create --name ana", "--role is missing; add --role <role>"],
    ["token revoke", "which key?"],
    ["status a/b/c", '"a/b/c" is not an environment'],
    ["status a/b --app c", "--app: c is not the app of a/b"],
    ["status --server nowhere", '--server: "nowhere" is not the address of an operator'],
    ["status --server http://key@host", "--server: an address holds no key"],
  ])("%s is a usage error that says what is allowed", async (line, message) => {
    const { code, stderr, stdout } = await verdigris(line, {
      env: { VERDIGRIS_SERVER: "http://127.0.0.1:9" },
    });
    expect(stderr).toContain(message);
    expect({ code, stdout }).toEqual({ code: EXIT.usage, stdout: "" });
  });
});

describe("every verb", () => {
  test.each(VERBS)("$name has help with its flags and an example", async ({ name, load }) => {
    const { code, stdout } = await verdigris([name, "--help"]);
    const verb = await load();
    expect(code).toBe(EXIT.done);
    expect(stdout).toMatch(new RegExp(`\nexamples\n {2}# .+\n {2}verdigris ${name}`));
    expect(stdout).toContain("--json");
    for (const { syntax } of Object.values(verb.flags)) expect(stdout).toContain(`  ${syntax} `);
  });

  test("elsewhere has an example too", () => {
    for (const { name, help } of MACHINE_VERBS) {
      expect(help.examples[0]?.command).toContain(name);
    }
  });

  test("has examples that its own flags and arguments allow", async () => {
    for (const { name, load } of VERBS) {
      const verb = await load();
      for (const { command } of verb.examples) {
        const words = command.match(/"[^"]*"|\S+/g)?.map((word) => word.replaceAll('"', "")) ?? [];
        expect(words[0]).toBe(name);
        expect(() => parseCall(verb, words.slice(1)), command).not.toThrow();
      }
    }
  });
});

function failing(error: unknown): VerbDefinition {
  return extra({
    name: "fails",
    run: async () => {
      throw error;
    },
  });
}

function extra({
  name,
  hidden = false,
  run = async () => EXIT.done,
  onLoad,
}: Pick<VerbDefinition, "name" | "hidden"> & {
  readonly run?: Parameters<typeof defineVerb>[0]["run"];
  readonly onLoad?: () => void;
}): VerbDefinition {
  return {
    name,
    hidden,
    summary: `what ${name} does`,
    load: async () => {
      onLoad?.();
      return defineVerb({
        description: "Something.",
        arguments: [],
        flags: {},
        examples: [{ command: name, meaning: "do it" }],
        reach: "machine",
        run,
      });
    },
  };
}
