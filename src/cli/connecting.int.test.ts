import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { AppView } from "../contract/api.ts";
import { BREAK, type CannedOperator, cannedOperator, no, ok } from "./canned-operator.fixture.ts";
import { SleepingClock, verdigris } from "./invocation.fixture.ts";
import { EXIT } from "./problem.ts";
import { answer, environment } from "./views.fixture.ts";

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

describe("where the operator is", () => {
  test("is found in the client file of a folder above, with its key and app", async () => {
    clientFile(join(folder, ".verdigris"), { app: "rainbow" });
    const below = join(folder, "a", "b");
    mkdirSync(below, { recursive: true });
    operator.on("GET /apps/rainbow/environments/production", ok(environment()));
    const { code } = await verdigris("status production", { cwd: below });
    expect(code).toBe(EXIT.done);
    expect(operator.asked[0]?.headers["x-api-key"]).toBe("key-of-file");
  });

  test.each(["--data-dir", "VERDIGRIS_DATA_DIR"])("is found in the folder of %s", async (how) => {
    const dataDir = join(folder, "data");
    clientFile(dataDir, {});
    operator.on("GET /keys", ok([]));
    const flag = how === "--data-dir" ? [how, dataDir] : [];
    const env = how === "--data-dir" ? {} : { [how]: dataDir };
    const { code } = await verdigris(["token", "list", ...flag], { env, cwd: folder });
    expect(code).toBe(EXIT.done);
  });

  test("is what --server says, before the environment and the client file", async () => {
    clientFile(join(folder, ".verdigris"), { api: "http://127.0.0.1:9" });
    operator.on("GET /keys", ok([]));
    const { code } = await verdigris(`token list --server ${operator.url}/`, {
      cwd: folder,
      env: { VERDIGRIS_SERVER: "http://127.0.0.1:9", VERDIGRIS_API_KEY: "mine" },
    });
    expect(code).toBe(EXIT.done);
    expect(operator.asked[0]?.headers["x-api-key"]).toBe("mine");
  });

  test("the key of a client file goes to no other server", async () => {
    clientFile(join(folder, ".verdigris"), {});
    operator.on("GET /keys", ok([]));
    await verdigris(`token list --server ${operator.url}`, { cwd: folder });
    expect(operator.asked[0]?.headers).not.toHaveProperty("x-api-key");
  });

  test("is unknown where there is no client file, and it is said what to type", async () => {
    const { code, stderr } = await verdigris("status", { cwd: folder });
    expect(code).toBe(EXIT.failed);
    expect(stderr).toMatch(/`verdigris up`.*`verdigris demo`/);
  });

  test.each([0o640, 0o604, 0o622])("is not taken from a client file of mode %o", async (mode) => {
    const path = clientFile(join(folder, ".verdigris"), {});
    chmodSync(path, mode);
    const { code, stderr } = await verdigris("status", { cwd: folder });
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain(`chmod 600 ${path}`);
    expect(operator.asked).toEqual([]);
  });

  test("is not taken from a file that is no client file", async () => {
    const path = clientFile(join(folder, ".verdigris"), {});
    writeFileSync(path, '{"api":');
    const { code, stderr } = await verdigris("status", { cwd: folder });
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain(`${path} is not a client file`);
  });
});

describe("which app", () => {
  beforeEach(() => operator.on("GET /apps/rainbow/releases", ok([])));

  test.each([
    ["app: rainbow\n"],
    ["# the app\nbuild: {}\napp:   'rainbow'  # its name\r\n"],
    ['app: "rainbow"'],
  ])("is read in %j, above", async (yaml) => {
    writeFileSync(join(folder, "verdigris.yaml"), yaml);
    const below = join(folder, "src");
    mkdirSync(below);
    expect((await verdigris("releases", { ...here(), cwd: below })).code).toBe(EXIT.done);
  });

  test("is the one of --app, whatever the file says", async () => {
    writeFileSync(join(folder, "verdigris.yaml"), "app: other\n");
    expect((await verdigris("releases --app rainbow", here())).code).toBe(EXIT.done);
  });

  test("is the operator's only one", async () => {
    operator.on("GET /apps", ok([app("rainbow")]));
    expect((await verdigris("releases", here())).code).toBe(EXIT.done);
  });

  test("has to be said where the operator has several", async () => {
    operator.on("GET /apps", ok([app("rainbow"), app("sunset")]));
    const { code, stderr } = await verdigris("releases", here());
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain("rainbow, sunset");
  });
});

describe("which environment", () => {
  test("is the only blue-green one, and that is said", async () => {
    const test = environment({ name: "rainbow/test", environment: "test", kind: "single" });
    operator.on("GET /apps/rainbow/environments", ok([test, environment()]));
    operator.on("GET /apps/rainbow/environments/production/history", ok([]));
    const { code, stderr } = await verdigris("history --app rainbow", here());
    expect(code).toBe(EXIT.done);
    expect(stderr).toBe("environment: rainbow/production\n");
  });

  test("has to be said where several are blue-green", async () => {
    const staging = environment({ environment: "staging" });
    operator.on("GET /apps/rainbow/environments", ok([staging, environment()]));
    const { code, stderr } = await verdigris("history --app rainbow", here());
    expect(code).toBe(EXIT.usage);
    expect(stderr).toContain("staging, production");
  });

  test("may bring its app with it", async () => {
    operator.on("GET /apps/sunset/environments/production/history", ok([]));
    expect((await verdigris("history sunset/production", here())).code).toBe(EXIT.done);
  });
});

describe("an answer that is not a success", () => {
  test.each([
    [409, "stale_candidate", EXIT.refused, "refused (stale_candidate): why not\n"],
    [404, "unknown_environment", EXIT.refused, "refused (unknown_environment): why not\n"],
    [403, "forbidden", EXIT.refused, "refused (forbidden): why not\n"],
    [422, "invalid_configuration", EXIT.refused, "refused (invalid_configuration): why not\n"],
    [400, "bad_request", EXIT.usage, "why not\n"],
    [404, "not_found", EXIT.failed, "failed: why not\n"],
    [500, "internal", EXIT.failed, "failed: why not\n"],
    [503, "unavailable", EXIT.failed, "failed: why not\n"],
  ] as const)("with status %i and code %s ends with %s", async (status, code, exit, stderr) => {
    operator.on("POST /apps/rainbow/environments/production/freeze", no(status, code, "why not"));
    const result = await verdigris("freeze rainbow/production --json", here());
    expect(result).toMatchObject({ code: exit, stderr });
    expect(result.documents()).toEqual([{ error: { code, message: "why not" } }]);
  });

  test("for want of a key says where to put one", async () => {
    operator.on("GET /keys", no(401, "unauthorized", "No key."));
    const { code, stderr } = await verdigris("token list", here());
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain("VERDIGRIS_API_KEY");
  });

  test("from something that is no operator is a failure that names the address", async () => {
    operator.on("GET /keys", { status: 200, body: "<html>" });
    const { code, stderr } = await verdigris("token list", here());
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain(operator.url);
  });
});

describe("a connection", () => {
  const freeze = "POST /apps/rainbow/environments/production/freeze";

  test("that breaks is made again with the same command id", async () => {
    operator.on(freeze, BREAK, BREAK, BREAK, ok(answer()));
    const { code } = await verdigris("freeze rainbow/production", here());
    expect(code).toBe(EXIT.done);
    const ids = operator.bodiesOf(freeze).map((body) => body.commandId);
    expect(ids).toHaveLength(4);
    expect(new Set(ids).size).toBe(1);
    expect(ids[0]).toMatch(/^cli-[0-9a-f-]{36}$/);
  });

  test("that always breaks is given up, with the id to go on with", async () => {
    operator.on(freeze, BREAK);
    const clock = new SleepingClock();
    const { code, stderr } = await verdigris("freeze rainbow/production", { ...here(), clock });
    const [first] = operator.bodiesOf(freeze);
    expect(code).toBe(EXIT.failed);
    expect(clock.slept).toHaveLength(3);
    expect(stderr).toContain(`--command-id ${first?.commandId}`);
  });

  test("that broke is in doubt even if nothing answers afterwards", async () => {
    operator.on(freeze, BREAK);
    const clock = new SleepingClock();
    const gone = {
      now: () => clock.now(),
      elapsed: () => clock.elapsed(),
      sleep: () => operator.stop(),
    };
    const { code, stderr } = await verdigris("freeze rainbow/production", {
      ...here(),
      clock: gone,
    });
    expect(code).toBe(EXIT.failed);
    expect(stderr).toContain("Whether it was carried out is not known.");
    expect(stderr).not.toContain("Nothing was changed");
    operator = await cannedOperator();
  });

  test("that breaks in a merge is made again with the same command id", async () => {
    const merge = "POST /apps/rainbow/merge";
    const merged = { branch: "topic", into: "master", commit: "c".repeat(40) };
    operator.on(merge, BREAK, ok(merged));
    const { code } = await verdigris("merge topic --app rainbow --command-id mine", here());
    expect(code).toBe(EXIT.done);
    expect(operator.bodiesOf(merge).map(({ commandId }) => commandId)).toEqual(["mine", "mine"]);
  });

  test("of what has no command id is made once", async () => {
    operator.on("POST /keys", BREAK);
    const { code, stderr } = await verdigris("token create --name ana --role viewer", here());
    expect(code).toBe(EXIT.failed);
    expect(operator.asked).toHaveLength(1);
    expect(stderr).toContain("Whether it was carried out is not known.");
  });

  test("that is refused says what to type, at once", async () => {
    await operator.stop();
    const clock = new SleepingClock();
    const { code, stderr } = await verdigris("token list", { ...here(), clock });
    expect({ code, slept: clock.slept }).toEqual({ code: EXIT.failed, slept: [] });
    expect(stderr).toMatch(/Nothing answers at http.*`verdigris up`.*`verdigris demo`/);
    operator = await cannedOperator();
  });
});

function here() {
  return { cwd: folder, env: { VERDIGRIS_SERVER: operator.url } };
}

function clientFile(directory: string, change: object): string {
  mkdirSync(directory, { recursive: true });
  const path = join(directory, "client.json");
  const content = { api: operator.url, token: "key-of-file", ...change };
  writeFileSync(path, JSON.stringify(content), { mode: 0o600 });
  return path;
}

function app(name: string): AppView {
  return { name, revision: 1, branch: "master", environments: [], configurationHash: "" };
}
