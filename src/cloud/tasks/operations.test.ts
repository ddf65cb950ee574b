import { expect, it } from "vitest";
import { Operations } from "./operations.ts";

function silent() {
  return new Operations((_, error) => {
    throw error;
  });
}

it("the next operation begins when the one before has ended", async () => {
  const seen: string[] = [];
  const operations = silent();
  await new Promise<void>((begun) => {
    operations.begin("blue-1", "first", async (signal) => {
      begun();
      await new Promise((resolve) => signal.addEventListener("abort", resolve));
      seen.push("first ends");
    });
  });
  operations.begin("blue-1", "second", async () => {
    seen.push("second begins");
  });
  await operations.settled();
  expect(seen).toEqual(["first ends", "second begins"]);
});

it("an operation that was called off before its turn never begins", async () => {
  const seen: string[] = [];
  const operations = silent();
  for (const name of ["first", "second", "third"]) {
    operations.begin("blue-1", name, async () => {
      seen.push(name);
    });
  }
  await operations.settled();
  expect(seen).toEqual(["third"]);
});

it("an operation that throws is reported, and the next one begins", async () => {
  const seen: string[] = [];
  const operations = new Operations((task, error) => seen.push(`${task}: ${error.message}`));
  operations.begin("blue-1", "first", async () => {
    throw new Error("no room");
  });
  await operations.settled();
  operations.begin("blue-1", "second", async () => {
    seen.push("second");
  });
  await operations.settled();
  expect(seen).toEqual(["blue-1: no room", "second"]);
});
