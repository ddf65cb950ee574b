import { expect, it } from "vitest";
import { TargetMembers } from "./target-members.ts";

const target = { id: "blue-1", host: "127.0.0.1", port: 4_000, healthPath: "/" };

it("a task is added once and removed once", async () => {
  const calls: string[] = [];
  const members = new TargetMembers(() => ({
    add: ({ id }) => calls.push(`add ${id}`),
    remove: async (id, deadlineMs) => {
      calls.push(`remove ${id} in ${deadlineMs}`);
    },
  }));
  members.add(target);
  members.add(target);
  await members.remove("blue-1", 500);
  await members.remove("blue-1", 500);
  await members.remove("never-added", 500);
  expect(calls).toEqual(["add blue-1", "remove blue-1 in 500"]);
});

it("a removal isn't waited for once the signal aborts", async () => {
  const members = new TargetMembers(() => ({
    add: () => undefined,
    remove: () => new Promise(() => undefined),
  }));
  members.add(target);
  const abort = new AbortController();
  const removed = members.remove("blue-1", 60_000, abort.signal);
  abort.abort();
  await expect(removed).resolves.toBeUndefined();
});
