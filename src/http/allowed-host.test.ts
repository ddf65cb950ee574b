import { describe, expect, it } from "vitest";
import { isAllowedHost } from "./allowed-host.ts";

describe("the Host header", () => {
  it.each(["localhost", "LOCALHOST:8080", "localhost.", "127.0.0.1:80", "127.8.9.10", "[::1]:80"])(
    "%s is this machine's own",
    (host) => expect(isAllowedHost(host, [])).toBe(true),
  );

  it.each([
    undefined,
    "",
    "evil.example",
    "127.0.0.1.evil.example",
    "localhost.evil.example",
    "10.0.0.1",
    "[::2]",
    "localhost:80:80",
    "user@localhost",
  ])("%s is a stranger's", (host) => expect(isAllowedHost(host, [])).toBe(false));

  it("may be a name that was allowed, in any case and with any port", () => {
    expect(isAllowedHost("Verdigris.Example.com:8443", ["verdigris.example.com"])).toBe(true);
    expect(isAllowedHost("other.example.com", ["verdigris.example.com"])).toBe(false);
  });
});
