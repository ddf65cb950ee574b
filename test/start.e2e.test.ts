import { execFile } from "node:child_process";
import { chmodSync, existsSync, readFileSync, statSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { app } from "./support/apps.ts";
import { COMMAND, User, until } from "./support/machine.ts";

describe("starting", () => {
  let user: User;

  beforeEach(async () => {
    user = await User.withApp(app("1"));
  });
  afterEach(() => user.leave());

  it("on a port that is taken names the port and the flag, and leaves nothing running", async () => {
    const taken = createServer();
    await new Promise<void>((resolve) => taken.listen(0, "127.0.0.1", resolve));
    const address = taken.address();
    const port = typeof address === "object" && address ? address.port : 0;
    try {
      for (const flag of ["--api-port", "--dns-port", "--port"]) {
        const others = ["--api-port", "--dns-port", "--port"]
          .filter((one) => one !== flag)
          .map((one) => `${one}=0`);
        const said = await user.cli("up", `${flag}=${port}`, ...others);
        expect(said.code, said.stderr).toBe(1);
        expect(said.stderr).toContain(String(port));
        expect(said.stderr).toContain(flag);
        await user.cli("down");
      }
    } finally {
      taken.close();
    }
  });

  it("in a directory that can't be used says which and why", async () => {
    await user.write({ occupied: "a file" });
    const said = await user.cli("up", "--data-dir", join(user.app, "occupied"));
    expect(said.code).toBe(1);
    expect(said.stderr).toContain("occupied");
    expect(said.stderr).toContain("--data-dir");
  });

  it("with a bad configuration names file, line and field, and changes nothing", async () => {
    const text = readFileSync(join(user.app, "verdigris.yaml"), "utf8");
    await user.write({ "verdigris.yaml": text.replace("ttl: 1s", "ttl: 60 apples") });
    const said = await user.cli("up", "--port=0", "--api-port=0", "--dns-port=0");
    expect(said.code).toBe(2);
    expect(said.stderr).toMatch(/verdigris\.yaml:\d+:\d+: environments\.test\.ttl:/);
  });

  it("again finds everything as it was left", async () => {
    const first = await user.up();
    await user.live("one");
    const before = await user.environment();
    const down = await user.cli("down");
    expect(down.code, down.stderr).toBe(0);
    const second = await user.up();
    expect(second).toEqual(first);
    const { sides, ...rest } = await user.environment();
    const { sides: sidesBefore, ...restBefore } = before;
    expect(rest).toEqual(restBefore);
    expect(sides[before.live]?.release).toEqual(sidesBefore[before.live]?.release);
  });
});

describe("an operator that was started", () => {
  let user: User;

  beforeAll(async () => {
    user = await User.withApp(app("1"));
    await user.up();
  });
  afterAll(() => user.leave());

  it("printed a ready line with everything a program needs", async () => {
    const { ready } = user;
    expect(ready?.environments.production?.sides).toEqual({
      blue: expect.stringMatching(/^http:\/\/127\.0\.1\.2:\d+$/),
      green: expect.stringMatching(/^http:\/\/127\.0\.1\.3:\d+$/),
    });
    expect(existsSync(ready?.git ?? "")).toBe(true);
    expect(existsSync(COMMAND)).toBe(true);
  });

  it("refuses a second one on the same directory, and goes on", async () => {
    const second = await user.cli("up", "--json");
    expect(second.code).toBe(1);
    expect(second.stderr).toContain(`process ${user.upPid}`);
    expect(second.stderr).toContain("verdigris down");
    expect((await user.api("GET", "/apps")).status).toBe(200);
  });

  it("hands the key over in a file that only its owner can read", async () => {
    const file = join(user.dataDirectory, "client.json");
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(statSync(user.dataDirectory).mode & 0o777).toBe(0o700);
    expect(JSON.parse(readFileSync(file, "utf8"))).toMatchObject({ token: user.ready?.token });
    chmodSync(file, 0o644);
    const said = await user.cli("status");
    expect(said.code).toBe(1);
    expect(said.stderr).toContain("chmod");
    chmodSync(file, 0o600);
  });

  it("has a bad command line end with 2 and name the flag", async () => {
    for (const words of [
      ["flip", "--wiat"],
      ["history", "production", "--limit", "many"],
      ["flop"],
    ]) {
      const said = await user.cli(...words);
      expect(said.code, words.join(" ")).toBe(2);
      expect(said.stderr).toContain(words.at(-1) === "many" ? "--limit" : (words.at(-1) ?? ""));
    }
  });

  it("refuses bad input to the API with the field's name and changes nothing", async () => {
    const before = await until("the records to settle", async () => {
      const view = await user.environment();
      return view.records.phase === "in-sync" ? view : undefined;
    });
    const path = "/apps/site/environments/production/flip";
    const wrong = await user.api("POST", path, { to: "red" });
    expect(wrong.status).toBe(400);
    expect(JSON.stringify(wrong.body)).toContain("to");
    const unknown = await user.api("POST", path, { to: "blue", sudo: true });
    expect(unknown.status).toBe(400);
    expect(JSON.stringify(unknown.body)).toContain("sudo");
    expect((await user.environment()).revision).toBe(before.revision);
  });

  it("ends at Ctrl-C with 0 and says that the app is still served", async () => {
    const exit = await user.endUp("SIGINT");
    expect(exit).toBe(0);
    const said = await user.cli("status");
    expect(said.code).toBe(1);
    expect(said.stderr).toContain("verdigris up");
  });
});

describe("the package", () => {
  it("holds the built command and the sample app, and none of the sources", async () => {
    const root = fileURLToPath(new URL("..", import.meta.url));
    const { stdout } = await promisify(execFile)("npm", ["pack", "--dry-run", "--json"], {
      cwd: root,
    });
    const [packed] = JSON.parse(stdout) as { files: { path: string }[] }[];
    const paths = packed?.files.map(({ path }) => path) ?? [];
    expect(paths).toEqual(
      expect.arrayContaining([
        "dist/verdigris.js",
        "examples/rainbow/verdigris.yaml",
        "examples/rainbow/src/server.ts",
        "LICENSE",
      ]),
    );
    const strays = paths.filter((path) =>
      /^(src|test|scripts)\/|node_modules|\.verdigris/.test(path),
    );
    expect(strays).toEqual([]);
  });
});
