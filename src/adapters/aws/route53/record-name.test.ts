import { expect, it } from "vitest";
import { isWithin, nameOf, writtenName } from "./record-name.ts";

it.each([
  ["rainbow.example.com.", "rainbow.example.com"],
  ["Rainbow.Example.COM", "rainbow.example.com"],
  ["\\052.example.com.", "*.example.com"],
  ["_verdigris.rainbow.example.com.", "_verdigris.rainbow.example.com"],
  ["a\\057b.example.com.", "a/b.example.com"],
  ["\\101bc.example.com.", "abc.example.com"],
])("%s is read as %s", (written, name) => {
  expect(nameOf(written)).toBe(name);
});

it.each([
  ["a dot within a label", "a\\056b.example.com."],
  ["a backslash", "a\\134b.example.com."],
  ["what isn't printable", "ex\\344mple.com."],
])("%s stays escaped, so that the name is written as it was", (_what, written) => {
  expect(writtenName(nameOf(written))).toBe(written);
});

it("a name is within itself and what it is below, label by label", () => {
  expect(isWithin("rainbow.example.com", "example.com")).toBe(true);
  expect(isWithin("example.com", "example.com")).toBe(true);
  expect(isWithin("myexample.com", "example.com")).toBe(false);
  expect(isWithin("com", "example.com")).toBe(false);
});
