import { spawn } from "node:child_process";
import { lstatSync, readdirSync, readFileSync } from "node:fs";
import { request } from "node:http";
import { join, relative } from "node:path";
import { createInterface } from "node:readline";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { IssuedKey } from "../src/contract/api.ts";
import { CommandLineWatch } from "./support/command-lines.ts";
import { COMMAND, User } from "./support/machine.ts";
import { visit } from "./support/visit.ts";

/** What whoever starts Verdigris may have in the environment. */
const OF_THE_OPERATOR = {
  AWS_ACCESS_KEY_ID: "AKIAVERDIGRISTEST000",
  AWS_SECRET_ACCESS_KEY: "operators-aws-secret",
  GITHUB_TOKEN: "operators-github-token",
  NPM_TOKEN: "operators-npm-token",
  npm_config__auth: "operators-npm-auth",
  VERDIGRIS_API_KEY: "operators-verdigris-key",
  VERDIGRIS_SERVER: "http://operators-verdigris-server.example",
  SSH_AUTH_SOCK: "/operators-ssh-agent",
} as const;

/** What tasks and builds may get: the allow-list, Verdigris's own, the app's own, and what shells add. */
const COMMON = /^(HOME|LANG|LC_\w+|OLDPWD|PATH|PWD|SHLVL|TMPDIR|TZ|_)$/;
const OF_TASKS = /^(HOST|PORT|VERDIGRIS_(ENVIRONMENT|RELEASE|SIDE|TASK)|COLOUR)$/;
const OF_BUILDS =
  /^(CI|VERDIGRIS_COMMIT|npm_config_[a-z]\w*|NODE_EXTRA_CA_CERTS|SSL_CERT_\w+|\w*_proxy)$/i;

/** Where the process is, which on one machine is in the data directory. */
const WHERE_IT_IS = /^(PWD|OLDPWD)$/;

const GUESS = "vg_a-guess-that-nobody-should-read-anywhere-0000";

const FILES = {
  ".gitignore": ".verdigris/\n",
  "package.json": "{}\n",
  "show.js": 'console.log("ENV " + JSON.stringify(process.env));\n',
  "server.js": `const { createServer } = require("node:http");
const server = createServer((_, response) => response.end(JSON.stringify(process.env)));
server.listen(process.env.PORT, process.env.HOST);
process.on("SIGTERM", () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`,
  "verdigris.yaml": `app: site
build:
  command: node show.js
  validate: node show.js
  start: node server.js
environments:
  test:
    kind: single
    record: test.site.test
    ttl: 1s
  production:
    kind: blue-green
    record: site.test
    ttl: 1s
    env: { COLOUR: verdigris }
    flip: { drain: 1s }
`,
};

describe("secrets", () => {
  let user: User;
  let watch: CommandLineWatch;
  let person: IssuedKey;
  let said = "";

  /** Everything that is a key or was sent as one. */
  const keys = () => [user.ready?.token ?? "", person.key, GUESS];

  beforeAll(async () => {
    user = await User.withApp(FILES);
    await within(OF_THE_OPERATOR, () => user.up());
    await workflow();
  });

  afterAll(async () => {
    watch?.stop();
    await user.leave();
  });

  /** From a push to a revert, with a key of its own, right and wrong ones, and every way to send them. */
  async function workflow(): Promise<void> {
    person = await user.json("token", "create", "--name", "ben", "--role", "approver");
    watch = new CommandLineWatch([...keys(), ...Object.values(OF_THE_OPERATOR)]);
    const request = await user.asked(await user.release("one"));
    await asPerson(person.key, () => user.json("approve", request));
    const { lastFlip } = await user.flipped(undefined);
    for (const key of [GUESS, person.key]) {
      await ask("GET", "/api/v1/apps", { "x-api-key": key });
      await ask("POST", `/api/v1/keys?key=${key}`, { authorization: `Bearer ${key}` });
    }
    await asPerson(GUESS, () => user.cli("freeze", "production"));
    await user.cli("revert", "production");
    await user.json("token", "revoke", person.id);
    expect((await ask("GET", "/api/v1/apps", { "x-api-key": person.key })).status).toBe(401);
    expect(lastFlip).toBeDefined();
    said = await upAgain();
    watch.stop();
  }

  function asPerson(key: string, work: () => Promise<unknown>): Promise<unknown> {
    return within({ VERDIGRIS_API_KEY: key }, work);
  }

  function ask(method: string, path: string, headers: Readonly<Record<string, string>>) {
    return fetch(`${user.ready?.api}${path}`, { method, headers });
  }

  /** What a person reads who starts it without --json. */
  async function upAgain(): Promise<string> {
    await user.endUp("SIGTERM");
    const child = spawn(process.execPath, [COMMAND, "up"], { cwd: user.app });
    let text = "";
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (chunk: string) => {
        text += chunk;
      });
    }
    const ended = new Promise((resolve) => child.once("exit", resolve));
    const isUp = new Promise<void>((resolve) => {
      createInterface({ input: child.stdout }).on("line", (line) => {
        if (line.startsWith("Ctrl-C")) resolve();
      });
    });
    await Promise.race([isUp, ended]);
    child.kill("SIGTERM");
    await ended;
    return text;
  }

  function filesHolding(texts: readonly string[]): readonly string[] {
    return everything(user.dataDirectory)
      .filter((path) => lstatSync(path).isFile())
      .filter((path) => {
        const bytes = readFileSync(path);
        return texts.some((text) => bytes.includes(text));
      })
      .map((path) => relative(user.dataDirectory, path));
  }

  it("a key is in the client file and in no other, no log and not the table", () => {
    expect(filesHolding([user.ready?.token ?? ""])).toEqual(["client.json"]);
    expect(filesHolding([person.key, GUESS])).toEqual([]);
  });

  it("nothing of the operator's environment is in any file", () => {
    expect(filesHolding(Object.values(OF_THE_OPERATOR))).toEqual([]);
  });

  it("no key is on a command line, at any moment of the workflow", () => {
    expect(watch.looks).toBeGreaterThan(10);
    expect(watch.found).toEqual([]);
  });

  it("a person who starts it reads addresses without a key, and where the key is", () => {
    expect(said).toContain(`status page  ${user.ready?.api}/`);
    expect(said).toContain(join(user.dataDirectory, "client.json"));
    for (const key of keys()) expect(said).not.toContain(key);
    expect(said).not.toMatch(/https?:\/\/\S*(?:[?#]|@\S)/);
  });

  it("refusals are in the operator's log, with whose key it was and never the key", () => {
    const log = readFileSync(join(user.dataDirectory, "logs", "operator.log"), "utf8");
    const refusals = log
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Record<string, unknown>)
      .filter(({ message }) => message === "refused");
    expect(refusals).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ code: "unauthorized", from: "127.0.0.1" }),
        expect.objectContaining({ code: "forbidden", by: "ben", key: person.id }),
      ]),
    );
  });

  it("only its owner can look into the data directory, and reads and writes the secrets in it", () => {
    const mode = (name: string) =>
      (lstatSync(join(user.dataDirectory, name)).mode & 0o777).toString(8);
    const folders = [".", "cloud", "git", "build", "logs"];
    const files = ["client.json", "verdigris.db", "logs/operator.log", "logs/cloud.log"];
    expect(folders.map(mode)).toEqual(folders.map(() => "700"));
    expect(files.map(mode)).toEqual(files.map(() => "600"));
    expect(mode("cloud/control.sock")).toBe("600");
    const others = everything(user.dataDirectory).filter(
      (path) => !lstatSync(path).isSymbolicLink() && (lstatSync(path).mode & 0o022) !== 0,
    );
    expect(others).toEqual([]);
  });

  it("a task gets what is on the list and what its configuration names, and nothing else", async () => {
    const { status, body } = await visit(user.ready?.gateway ?? "", "site.test");
    expect(status).toBe(200);
    const environment = JSON.parse(body) as Record<string, string>;
    expect(environment.COLOUR).toBe("verdigris");
    expect(beyond(environment, OF_TASKS)).toEqual([]);
    expect(pathsIn(environment)).toEqual([]);
  });

  it("a build gets what is on the list, and nothing else", () => {
    for (const job of ["build", "validate"]) {
      const log = readFileSync(join(user.dataDirectory, "logs/runs/site/1", `${job}.log`), "utf8");
      const shown = [...log.matchAll(/ENV (\{.*\})$/gm)].map(
        ([, text = ""]) => JSON.parse(text) as Record<string, string>,
      );
      expect(shown.length, job).toBeGreaterThan(0);
      for (const environment of shown) {
        expect(beyond(environment, OF_BUILDS)).toEqual([]);
        expect(pathsIn(environment)).toEqual([]);
      }
    }
  });

  function beyond(environment: Readonly<Record<string, string>>, own: RegExp): readonly string[] {
    const secrets: readonly string[] = Object.values(OF_THE_OPERATOR);
    return Object.entries(environment)
      .filter(([name, value]) => !(COMMON.test(name) || own.test(name)) || secrets.includes(value))
      .map(([name]) => name);
  }

  /** Variables that lead into the data directory, to the control socket or another app's files. */
  function pathsIn(environment: Readonly<Record<string, string>>): readonly string[] {
    return Object.entries(environment)
      .filter(([name, value]) => !WHERE_IT_IS.test(name) && value.includes(user.dataDirectory))
      .map(([name]) => name);
  }

  it("the API answers to its own names and to those it was started with", async () => {
    await user.up("--allow-host", "verdigris.example.com");
    const statusFor = (host: string) => statusOf(user.ready?.api ?? "", host);
    expect(await statusFor("verdigris.example.com")).toBe(200);
    expect(await statusFor("evil.example")).toBe(403);
  });
});

/** Processes that are started meanwhile have these variables in their environment. */
async function within<Result>(
  environment: Readonly<Record<string, string>>,
  work: () => Promise<Result>,
): Promise<Result> {
  const before = { ...process.env };
  Object.assign(process.env, environment);
  try {
    return await work();
  } finally {
    for (const name of Object.keys(environment)) delete process.env[name];
    Object.assign(process.env, before);
  }
}

function statusOf(api: string, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request(`${api}/`, { headers: { host }, agent: false }, (answer) => {
      answer.resume();
      resolve(answer.statusCode ?? 0);
    });
    asked.on("error", reject);
    asked.end();
  });
}

function everything(folder: string): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) =>
    join(folder, name),
  );
}
