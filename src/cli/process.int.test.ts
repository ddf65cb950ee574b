import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fileURLToPath } from "node:url";
import { build, type OutputChunk } from "rolldown";
import {
  afterAll,
  afterEach,
  beforeAll,
  beforeEach,
  describe,
  expect,
  onTestFinished,
  test,
} from "vitest";
import { type CannedOperator, cannedOperator, ok } from "./canned-operator.fixture.ts";
import { environment, run } from "./views.fixture.ts";

let folder: string;
let chunks: readonly OutputChunk[];
let operator: CannedOperator;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "verdigris-cli-"));
  const { output } = await build({
    input: fileURLToPath(new URL("program.child.ts", import.meta.url)),
    platform: "node",
    logLevel: "silent",
    output: { dir: folder, entryFileNames: "program.mjs", chunkFileNames: "[name].mjs" },
  });
  chunks = output.filter((one) => one.type === "chunk");
});

afterAll(() => rmSync(folder, { recursive: true }));

beforeEach(async () => {
  operator = await cannedOperator();
});

afterEach(() => operator.stop());

describe("the process", () => {
  test("ends quietly with 130 when Ctrl-C is pressed", async () => {
    operator.on("GET /apps/rainbow/runs/7", ok(run()));
    const child = verdigris("runs", "7", "--watch", "--app", "rainbow");
    await once(child.stdout, "data");
    child.kill("SIGINT");
    const [[code, signal], said] = await Promise.all([once(child, "close"), text(child.stderr)]);
    expect({ code, signal, said }).toEqual({ code: 130, signal: null, said: "" });
  });

  test("ends quietly with 0 when nobody reads its output any more", async () => {
    const many = { lines: Array.from({ length: 1_000 }, () => "x".repeat(1_000)), ended: false };
    operator.on("GET /apps/rainbow/runs/7/logs", ok({ ...many, next: 1_000 }));
    const child = verdigris("logs", "7", "build", "--follow", "--app", "rainbow");
    const closed = Promise.all([once(child, "close"), text(child.stderr)]);
    await once(child.stdout, "data");
    child.stdout.destroy();
    const [[code], said] = await closed;
    expect({ code, said }).toEqual({ code: 0, said: "" });
  });

  test("delivers a long answer whole to a pipe", async () => {
    const views = Array.from({ length: 2_000 }, () => environment());
    operator.on("GET /apps/rainbow/environments", ok(views));
    const child = verdigris("status", "--json", "--app", "rainbow");
    const [printed] = await Promise.all([text(child.stdout), once(child, "close")]);
    expect(JSON.parse(printed)).toEqual(views);
  });
});

describe("what is loaded", () => {
  test.each([
    ["program.child.ts", []],
    ["verbs/status.ts", []],
    ["verbs/flip.ts", []],
    ["verbs/apply.ts", []],
    ["contract/configuration/parse.ts", ["yaml", "zod"]],
  ])("for %s is of the libraries %j", (file, libraries) => {
    expect([...librariesOf(file)].sort()).toEqual(libraries);
  });
});

/** The libraries in the chunk of a file and in those that it imports at once. */
function librariesOf(file: string): ReadonlySet<string> {
  const first = chunks.find(({ moduleIds }) => moduleIds.some((id) => id.endsWith(`/${file}`)));
  const reached = new Set(first ? [first] : []);
  for (const { imports } of reached) {
    for (const chunk of chunks) if (imports.includes(chunk.fileName)) reached.add(chunk);
  }
  const ids = [...reached].flatMap(({ moduleIds }) => moduleIds);
  expect(ids.some((id) => id.endsWith(`/${file}`))).toBe(true);
  return new Set(ids.flatMap((id) => /node_modules\/([^/]+)\//.exec(id)?.[1] ?? []));
}

function verdigris(...words: readonly string[]) {
  const child = spawn(process.execPath, [join(folder, "program.mjs"), ...words], {
    cwd: folder,
    env: { PATH: process.env.PATH, VERDIGRIS_SERVER: operator.url },
    stdio: ["ignore", "pipe", "pipe"],
  });
  onTestFinished(() => {
    child.kill("SIGKILL");
  });
  return child;
}
