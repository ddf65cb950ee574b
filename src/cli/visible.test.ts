import { describe, expect, test } from "vitest";
import { columns } from "./columns.ts";
import { paintWith } from "./paint.ts";
import { visible } from "./visible.ts";

const paint = paintWith(true);
const ESCAPE = String.fromCharCode(27);

describe("a line for a terminal", () => {
  test("keeps the colours that this program gives", () => {
    const line = `${paint.green("green (live)")} 100%\t${paint.dim("x")}`;
    expect(visible(line)).toBe(line);
  });

  test.each([
    [`a${ESCAPE}[2Jb`, "a\\u001b[2Jb"],
    [`a${ESCAPE}]0;title\u0007`, "a\\u001b]0;title\\u0007"],
    ["a\rb", "a\\u000db"],
    ["abc\u202edef", "abc\\u202edef"],
    ["c1\u009b31m", "c1\\u009b31m"],
  ])("shows what could deceive as text: %j", (line, shown) => {
    expect(visible(line)).toBe(shown);
  });
});

describe("columns", () => {
  test("stand under each other whatever their colours", () => {
    expect(
      columns(
        [
          [paint.blue("blue (live)"), "a"],
          ["green", "b"],
        ],
        "  ",
      ),
    ).toEqual([`  ${paint.blue("blue (live)")}  a`, "  green        b"]);
  });

  test("are as wide as their content", () => {
    const long = "x".repeat(500);
    expect(columns([[long, "y"]])).toEqual([`${long}  y`]);
  });
});
