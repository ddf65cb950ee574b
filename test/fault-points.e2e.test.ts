import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { COMMAND } from "./support/machine.ts";

describe("what ships", () => {
  it("holds no fault point, and can't be told to crash", () => {
    const dist = dirname(COMMAND);
    const files = readdirSync(dist, { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile())
      .map((entry) => join(entry.parentPath, entry.name));
    expect(files.length).toBeGreaterThan(10);
    const crashing = files.filter((file) =>
      /VERDIGRIS_CRASH_AT|VERDIGRIS_CALLS_/.test(readFileSync(file, "utf8")),
    );
    expect(crashing).toEqual([]);
  });
});
