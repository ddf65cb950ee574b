import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { COMMAND } from "./support/machine.ts";

describe("the tour", () => {
  it("performs the twelve steps, and outside evidence shows that each holds", async () => {
    const { stdout } = await promisify(execFile)(process.execPath, [COMMAND, "tour", "--json"], {
      timeout: 110_000,
    });
    const report = JSON.parse(stdout) as {
      ok: boolean;
      steps: { step: number; ok: boolean; evidence: string }[];
    };
    expect(report.steps.filter(({ ok }) => !ok)).toEqual([]);
    expect(report.steps).toHaveLength(12);
    expect(report.steps.every(({ evidence }) => evidence.length > 0)).toBe(true);
    expect(report.ok).toBe(true);
  });
});
