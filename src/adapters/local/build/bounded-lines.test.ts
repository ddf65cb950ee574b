import { expect, it } from "vitest";
import { LineSplitter, limitLines } from "./bounded-lines.ts";

function linesOf(...pieces: readonly string[]): string[] {
  const lines: string[] = [];
  const splitter = new LineSplitter((line) => lines.push(line));
  for (const piece of pieces) splitter.write(piece);
  splitter.end();
  return lines;
}

it("lines come whole, however they arrive in pieces", () => {
  expect(linesOf("on", "e\n\ntw", "o\nth", "ree")).toEqual(["one", "", "two", "three"]);
});

it("a carriage return before the line end is no part of the line", () => {
  expect(linesOf("one\r", "\ntwo\r\n")).toEqual(["one", "two"]);
});

it("a text that ends in a line end has no empty line behind it", () => {
  expect(linesOf("one\n")).toEqual(["one"]);
  expect(linesOf()).toEqual([]);
});

it("a long line is cut, nothing of it is lost, and it is not held back until it ends", () => {
  const long = "x".repeat(20_000);
  for (const lines of [linesOf(`${long}\nnext`), linesOf(...long, "\nnext")]) {
    expect(lines.map((line) => line.length)).toEqual([8_192, 8_192, 3_616, 4]);
  }
  const early: string[] = [];
  new LineSplitter((line) => early.push(line)).write(long);
  expect(early).toHaveLength(2);
});

it("lines beyond the limit are dropped, and the log says so once", () => {
  const lines: string[] = [];
  const log = limitLines((line) => lines.push(line), 2);
  for (const line of ["a", "b", "c", "d"]) log(line);
  expect(lines).toEqual(["a", "b", "[output after 2 lines is not kept]"]);
});
