import { expect, it } from "vitest";
import { KnownTaskDefinitions } from "./known-task-definitions.ts";

it("the task definition asked for longest ago is forgotten first", () => {
  const known = new KnownTaskDefinitions(2);
  const described = (family: string) => ({ taskDefinition: { family }, tags: [] });
  known.note("a", described("a"));
  known.note("b", described("b"));
  known.get("a");
  known.note("c", described("c"));
  expect(["a", "b", "c"].map((arn) => known.get(arn)?.taskDefinition.family)).toEqual([
    "a",
    undefined,
    "c",
  ]);
});
