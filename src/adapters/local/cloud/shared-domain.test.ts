import { expect, it } from "vitest";
import { sharedDomain } from "./shared-domain.ts";

it.each([
  [["rainbow.test", "_verdigris.rainbow.test"], "rainbow.test"],
  [["_verdigris.rainbow.test", "standby.rainbow.test", "rainbow.test"], "rainbow.test"],
  [["www.example.com", "standby.example.com", "_verdigris.www.example.com"], "example.com"],
  [["example.com", "notexample.com"], "com"],
  [["rainbow.test"], "rainbow.test"],
  [["_verdigris.rainbow.test"], "rainbow.test"],
  [["a.example", "a.test"], undefined],
  [[], undefined],
])("the shared domain of %j is %s", (names, domain) => {
  expect(sharedDomain(names)).toBe(domain);
});
