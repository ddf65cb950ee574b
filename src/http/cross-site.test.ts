import { describe, expect, it } from "vitest";
import { isCrossSiteChange } from "./cross-site.ts";

function refused(headers: Record<string, string>, method = "POST", trusted: string[] = []) {
  return isCrossSiteChange(method, new Headers({ host: "127.0.0.1:7420", ...headers }), trusted);
}

describe("a change is taken", () => {
  it.each([
    ["from a program that is no browser", {}],
    ["from this server's own page", { origin: "http://127.0.0.1:7420" }],
    [
      "from this server's own page behind TLS",
      { "sec-fetch-site": "same-origin", origin: "https://x" },
    ],
    ["from the browser's address bar", { "sec-fetch-site": "none" }],
  ])("%s", (_, headers) => expect(refused(headers as Record<string, string>)).toBe(false));

  it("from a configured name, whatever name a proxy puts into Host", () => {
    const headers = { origin: "https://verdigris.example.com", "sec-fetch-site": "cross-site" };
    expect(refused(headers, "POST", ["verdigris.example.com"])).toBe(false);
  });
});

describe("a change is refused", () => {
  it.each([
    ["from another site", { origin: "https://evil.example" }],
    ["from an app under test on another port", { origin: "http://127.0.0.1:8080" }],
    ["from another name of this machine", { origin: "http://localhost:7420" }],
    ["from a sandboxed page or a file", { origin: "null" }],
    ["from another site, by what the browser says", { "sec-fetch-site": "cross-site" }],
    ["from the same site, which another port is too", { "sec-fetch-site": "same-site" }],
    ["from what is no origin", { origin: "127.0.0.1:7420" }],
  ])("%s", (_, headers) => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH"]) {
      expect(refused(headers as Record<string, string>, method)).toBe(true);
    }
    for (const method of ["GET", "HEAD"]) {
      expect(refused(headers as Record<string, string>, method)).toBe(false);
    }
  });
});
