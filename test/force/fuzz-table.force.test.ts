import { it } from "vitest";
import { fuzzLogs } from "../fuzz/logs.ts";
import { long } from "../fuzz/rounds.ts";

it("whatever is in one row of the table, nothing crashes and the rest goes on", () =>
  fuzzLogs(long(1_000)));
