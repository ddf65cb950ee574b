import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { HttpRequest } from "./http-exchange.ts";
import { verdigris } from "./invocation.fixture.ts";
import { EXIT } from "./problem.ts";
import type { TableReach } from "./reach.ts";
import type { OpenTable } from "./transport.ts";
import { answer, environment, flipping } from "./views.fixture.ts";

let folder: string;
let opened: TableReach[];
let asked: HttpRequest[];
let closed: number;
let isThere: boolean;
/** What a `POST` is answered with. */
let decided: unknown;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "verdigris-cli-"));
  [opened, asked, closed, isThere, decided] = [[], [], 0, false, undefined];
});

afterEach(() => rmSync(folder, { recursive: true }));

/** A table that is never asked for more than it was given. */
const openTable: OpenTable = (reach, remark) => {
  opened.push(reach);
  return {
    async exchange(request) {
      asked.push(request);
      remark("ECS is slow today");
      const body =
        decided === undefined ? environment() : request.method === "POST" ? decided : flipping();
      return { status: 200, body: JSON.stringify(body) };
    },
    async create() {
      const made = !isThere;
      isThere = true;
      return made;
    },
    async diagnose(configuration) {
      return [{ ok: false, what: `app ${configuration?.app}`, mend: "mend it" }];
    },
    async close() {
      closed += 1;
    },
  };
};

const CONTROL = `app: rainbow
build: { start: npm start }
environments:
  production: { kind: blue-green, record: rainbow.test }
control:
  table: from-the-file
  region: eu-west-1
  hostedZones: [Z1]
  zoneRole: arn:aws:iam::123456789012:role/dns
`;

function status(words = "", env: Readonly<Record<string, string>> = {}) {
  return verdigris(`status production ${words}`, { cwd: folder, env, openTable });
}

describe("a table", () => {
  test("has nobody who drives what is no longer waited for, and that is said", async () => {
    decided = answer({ id: "production-42", environment: flipping() });
    const { code, stderr } = await verdigris(
      "flip rainbow/production --to green --wait --timeout 2s --table verdigris",
      { cwd: folder, openTable },
    );
    expect(code).toBe(EXIT.notYet);
    expect(stderr).toContain("or the next `verdigris status`, which shows it.");
  });

  test("that verdigris.yaml names is worked on with all that it says", async () => {
    writeFileSync(join(folder, "verdigris.yaml"), CONTROL);
    const { code, stdout, stderr } = await status();
    expect(code).toBe(EXIT.done);
    expect(stdout).toContain("rainbow/production");
    expect(stderr).toContain("ECS is slow today");
    expect(opened).toEqual([
      {
        kind: "table",
        table: "from-the-file",
        region: "eu-west-1",
        hostedZones: ["Z1"],
        zoneRole: "arn:aws:iam::123456789012:role/dns",
        from: join(folder, "verdigris.yaml"),
      },
    ]);
    expect(asked[0]).toMatchObject({
      method: "GET",
      url: "http://localhost/api/v1/apps/rainbow/environments/production",
      headers: { "x-verdigris-via": "cli" },
    });
    expect(closed).toBe(1);
  });

  test.each<[string, string, Record<string, string>, string]>([
    ["--table", "--table flag --region us-east-1", { VERDIGRIS_TABLE: "environment" }, "flag"],
    ["VERDIGRIS_TABLE", "", { VERDIGRIS_TABLE: "environment" }, "environment"],
  ])("of %s goes before the one of the file", async (_, words, env, table) => {
    writeFileSync(join(folder, "verdigris.yaml"), CONTROL);
    await status(words, env);
    expect(opened).toMatchObject([{ table }]);
  });

  test("is not worked on beside an operator that is named", async () => {
    const both = await status("--table a --server http://127.0.0.1:9");
    expect(both.code).toBe(EXIT.usage);
    const named = await status("--server http://127.0.0.1:9", { VERDIGRIS_TABLE: "b" });
    expect(named.stderr).toContain("http://127.0.0.1:9 (from --server)");
    expect(opened).toEqual([]);
  });

  test("is closed though the verb fails, and not opened for a file that is wrong", async () => {
    writeFileSync(join(folder, "verdigris.yaml"), CONTROL);
    const failed = await verdigris("status production", {
      cwd: folder,
      openTable: (reach, remark) => ({
        ...openTable(reach, remark),
        exchange: () => Promise.reject(new Error("no such table")),
      }),
    });
    expect(failed.code).toBe(EXIT.failed);
    expect(closed).toBe(1);
    writeFileSync(
      join(folder, "verdigris.yaml"),
      CONTROL.replace("region: eu-west-1", "region: eu"),
    );
    const wrong = await status();
    expect(wrong.code).toBe(EXIT.usage);
    expect((await status("--table named")).code).toBe(EXIT.done);
    expect(wrong.stderr).toMatch(/verdigris\.yaml:7:\d+: control\.region: .* is not an AWS region/);
    expect(opened.map(({ table }) => table)).toEqual(["from-the-file", "named"]);
  });

  test("is looked at by doctor, with the configuration that is here", async () => {
    writeFileSync(join(folder, "verdigris.yaml"), CONTROL);
    const { code, stdout } = await verdigris("doctor", { cwd: folder, openTable });
    expect(code).toBe(EXIT.failed);
    expect(stdout).toContain("app rainbow\n      mend it");
  });
});

describe("init --aws", () => {
  const init = (words = "--region eu-west-1") =>
    verdigris(`init --aws ${words}`, { cwd: folder, openTable });

  test("makes the table, and a file whose open lines every command names", async () => {
    const { code, stdout } = await init();
    expect(code).toBe(EXIT.done);
    expect(stdout).toContain("made table verdigris in eu-west-1");
    expect(opened).toMatchObject([{ table: "verdigris", region: "eu-west-1" }]);
    const refused = await status();
    expect(refused.code).toBe(EXIT.usage);
    expect(refused.stderr.match(/loadBalancer: "<ARN of /g)).toHaveLength(3);
  });

  test("once more changes nothing", async () => {
    writeFileSync(join(folder, "verdigris.yaml"), CONTROL);
    await init("");
    const { stdout } = await init("");
    expect(opened).toMatchObject([{ table: "from-the-file" }, { table: "from-the-file" }]);
    expect(stdout).toContain("table from-the-file in eu-west-1 is there already");
    expect(readFileSync(join(folder, "verdigris.yaml"), "utf8")).toBe(CONTROL);
  });

  test("writes nothing when the table can't be made, or no region is known", async () => {
    const { code } = await verdigris("init --aws --region eu-west-1", {
      cwd: folder,
      openTable: (reach, remark) => ({
        ...openTable(reach, remark),
        create: () => Promise.reject(new Error("denied")),
      }),
    });
    expect(code).toBe(EXIT.failed);
    expect((await init("")).code).toBe(EXIT.usage);
    expect(existsSync(join(folder, "verdigris.yaml"))).toBe(false);
  });
});
