import { expect, it } from "vitest";
import { tellingLine } from "./exit-reason.ts";

it("the telling line is the last that isn't empty", () => {
  expect(tellingLine(["one", "  no such database  ", "", " "])).toBe("no such database");
  expect(tellingLine([])).toBe("");
});

it("of an uncaught error in node it is the line that names the error", () => {
  const lines = [
    "node:events:497",
    "      throw er; // Unhandled 'error' event",
    "Error: listen EADDRINUSE: address already in use 127.0.0.1:3000",
    "    at Server.setupListenHandle [as _listen2] (node:net:1908:16)",
    "  code: 'EADDRINUSE',",
    "}",
    "",
    "Node.js v20.20.2",
  ];
  expect(tellingLine(lines)).toBe(
    "Error: listen EADDRINUSE: address already in use 127.0.0.1:3000",
  );
});

it("of a full heap in node it is the line that says so", () => {
  const lines = [
    "<--- JS stacktrace --->",
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
    "----- Native stack trace -----",
    " 1: 0xb83f7d node::OOMErrorHandler(char const*, v8::OOMDetails const&) [node]",
    " 9: 0x195e476  [node]",
  ];
  expect(tellingLine(lines)).toBe(
    "FATAL ERROR: Reached heap limit Allocation failed - JavaScript heap out of memory",
  );
});

it("a very long line is cut", () => {
  expect(tellingLine(["x".repeat(5_000)])).toHaveLength(300);
});
