import { IncomingMessage } from "node:http";
import { Socket } from "node:net";
import { expect, it } from "vitest";
import { RequestBody } from "./request-body.ts";

function aTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

it("a body that one attempt began to wait for is whole for the next", async () => {
  const source = new IncomingMessage(new Socket());
  const first = new RequestBody(source);
  first.read(0);
  first.destroy(new Error("the upstream has gone"));
  source.push("late");
  source.push(null);
  await aTurn();
  expect([first.taken, source.destroyed]).toEqual([false, false]);
  const second = new RequestBody(source);
  expect(String(await second.toArray())).toBe("late");
  expect(second.taken).toBe(true);
});

it("a body is not read before it is wanted", async () => {
  const source = new IncomingMessage(new Socket());
  source.push("body");
  const body = new RequestBody(source);
  await aTurn();
  expect([body.taken, source.readableLength]).toEqual([false, 4]);
});
