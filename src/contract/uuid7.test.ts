import { describe, expect, it } from "vitest";
import { madeAt } from "../domain/command-age.ts";
import { uuid7 } from "./uuid7.ts";

describe("a UUID of version 7", () => {
  it("tells when it was made, and no two are the same", () => {
    const now = Date.UTC(2026, 10, 23);
    const ids = Array.from({ length: 1000 }, () => uuid7(now));
    expect(new Set(ids).size).toBe(1000);
    expect(ids.every((id) => madeAt(id) === now)).toBe(true);
    expect(uuid7(now) < uuid7(now + 1)).toBe(true);
  });
});
