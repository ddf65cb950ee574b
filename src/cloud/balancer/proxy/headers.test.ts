import { expect, it } from "vitest";
import { responseHeaders } from "./headers.ts";

it.each([
  ["Keep-Alive, X-Hop", ["X-Hop", "1", "Keep-Alive", "timeout=5", "X-End", "2"], ["X-End", "2"]],
  ["close", ["Transfer-Encoding", "chunked", "Trailer", "X-Sum"], []],
  ["Content-Length, Upgrade", ["Content-Length", "5", "Upgrade", "h2c"], ["Content-Length", "5"]],
])("with Connection: %s, %j passes as %j", (connection, fields, passed) => {
  const raw = ["Connection", connection, ...fields].map((text) => Buffer.from(text));
  expect(responseHeaders(raw)).toEqual(passed);
});

it("bytes beyond ASCII pass as they are", () => {
  const raw = [Buffer.from("X-Name"), Buffer.from([0xe9, 0xff])];
  expect(Buffer.from(responseHeaders(raw)[1] ?? "", "latin1")).toEqual(Buffer.from([0xe9, 0xff]));
});
