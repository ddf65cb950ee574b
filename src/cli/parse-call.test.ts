import { describe, expect, test } from "vitest";
import { choice, text, toggle } from "./flags.ts";
import { parseCall } from "./parse-call.ts";
import { defineHelp } from "./verb.ts";

const HELP = defineHelp({
  description: "Paints.",
  arguments: [
    { name: "wall", summary: "Which wall", required: true },
    { name: "door", summary: "Which door", required: false },
  ],
  flags: {
    colour: text("--colour <name>", "The colour"),
    twice: toggle("--twice", "Two layers"),
    dry: { ...choice("--dry [how]", "Wait for it", ["slowly", "fast"]), bare: "slowly" },
  },
  examples: [{ command: "paint north", meaning: "the north wall" }],
  reach: "operator",
});

describe("words", () => {
  test.each([
    ["north", ["north", undefined], {}],
    ["north --twice oak", ["north", "oak"], { twice: true }],
    ["--colour blue north", ["north", undefined], { colour: "blue" }],
    ["--colour=blue=ish north", ["north", undefined], { colour: "blue=ish" }],
    ["--colour -1 north", ["north", undefined], { colour: "-1" }],
    ["--colour red --colour blue north", ["north", undefined], { colour: "blue" }],
    ["north --dry", ["north", undefined], { dry: "slowly" }],
    ["north --dry fast", ["north", undefined], { dry: "fast" }],
    ["--dry --twice north", ["north", undefined], { dry: "slowly", twice: true }],
    ["--dry=fast north", ["north", undefined], { dry: "fast" }],
    ["-- --twice -", ["--twice", "-"], {}],
  ])("%s are read as they are meant", (line, positional, flags) => {
    expect(parseCall(HELP, line.split(" "))).toEqual({
      arguments: positional,
      flags,
      globals: {},
    });
  });

  test("of every verb are kept apart from its own", () => {
    const { flags, globals } = parseCall(HELP, [
      "north",
      "--json",
      "--timeout",
      "1m",
      "--no-color",
    ]);
    expect({ flags, globals }).toEqual({
      flags: {},
      globals: { json: true, timeout: 60, noColor: true },
    });
  });

  test("that name an operator are unknown to verbs of this machine", () => {
    expect(() => parseCall({ ...HELP, reach: "machine" }, ["north", "--server", "x"])).toThrow(
      "there is no flag --server",
    );
  });
});
