import { expect, it } from "vitest";
import { jsonLines } from "./operator-log.ts";

it("a log that can't be written ends nobody, and tells later how many lines were lost", () => {
  let isFull = false;
  let text = "";
  const log = jsonLines((line) => {
    if (isFull) {
      text += line.slice(0, 10);
      throw new Error("ENOSPC: no space left on device, write");
    }
    text += line;
  });
  log("info", "before");
  isFull = true;
  log("error", "first lost", { error: new Error("why") });
  log("error", "second lost");
  isFull = false;
  log("info", "after");
  const whole = text.split("\n").filter((line) => line.endsWith("}"));
  expect(whole.map((line) => JSON.parse(line).message)).toEqual([
    "before",
    "2 lines before this one are lost",
    "after",
  ]);
});
