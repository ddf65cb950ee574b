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

it("a very long line is cut", () => {
  expect(tellingLine(["x".repeat(5_000)])).toHaveLength(300);
});
