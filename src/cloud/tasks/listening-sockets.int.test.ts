import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterEach, expect, it } from "vitest";
import { addressOf, listeningSockets } from "./listening-sockets.ts";
import { findProcess } from "./process-table.ts";

let server: Server | undefined;

afterEach(() => {
  server?.close();
});

it("what a group listens on is found where the system shows it", async () => {
  server = createServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  const group = findProcess(process.pid)?.group ?? 0;
  const found = listeningSockets(group).includes(`127.0.0.1:${port}`);
  expect(found).toBe(process.platform === "linux");
});

it("a group that is gone listens on nothing", () => {
  expect(listeningSockets(2 ** 22 + 1)).toEqual([]);
});

it.each([
  ["0100007F:1F90", "127.0.0.1:8080"],
  ["00000000000000000000000001000000:0BB8", "[::1]:3000"],
  ["00000000000000000000000000000000:0050", "[::]:80"],
])("the address %s is %s", (kernel, address) => {
  expect(addressOf(kernel)).toBe(address);
});
