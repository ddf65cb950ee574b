import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { app } from "./support/apps.ts";
import { checksums } from "./support/checksum.ts";
import { User } from "./support/machine.ts";

const COMMANDS = [
  "up",
  "operator",
  "demo",
  "down",
  "status",
  "tour --data-dir .verdigris",
  "local-cloud --port 1 --dns-port 2",
];

describe("a data directory of a newer version", () => {
  let user: User;

  beforeAll(async () => {
    user = await User.withApp(app("1"));
    mkdirSync(join(user.dataDirectory, "cloud"), { recursive: true });
    const client = { api: "http://127.0.0.1:9", token: "vg_secret" };
    for (const [name, text] of Object.entries({
      "layout.json": '{"layout":2,"and":"more"}\n',
      "client.json": JSON.stringify(client),
      "cloud/zones.json": '{"format":2}\n',
      "verdigris.db": "of a newer kind",
    })) {
      writeFileSync(join(user.dataDirectory, name), text, { mode: 0o600 });
    }
  });
  afterAll(async () => {
    await user.write({ ".verdigris/layout.json": '{"layout":1}\n' });
    await user.leave();
  });

  it.each(COMMANDS)("is refused, unchanged, by %s", async (line) => {
    const before = checksums(user.dataDirectory);
    const said = await user.cli(...line.split(" "));
    expect(said.code).toBe(1);
    expect(said.stderr).toMatch(/\.verdigris has layout 2, of a newer Verdigris/);
    expect(said.stderr).toContain("Run the newer version");
    expect(checksums(user.dataDirectory)).toEqual(before);
  });
});

describe("a data directory without a mark", () => {
  let user: User;

  beforeAll(async () => {
    user = await User.withApp(app("1"));
  });
  afterAll(() => user.leave());

  it("is marked once everything is in it, and then takes no empty database for a new one", async () => {
    await user.up();
    const mark = join(user.dataDirectory, "layout.json");
    expect(JSON.parse(readFileSync(mark, "utf8"))).toEqual({ layout: 1 });
    await user.cli("down");
    writeFileSync(join(user.dataDirectory, "verdigris.db"), "");
    const said = await user.cli("up");
    expect(said.code).toBe(1);
    expect(said.stderr).toContain("verdigris.db is missing or empty, and it was there before");
  });
});
