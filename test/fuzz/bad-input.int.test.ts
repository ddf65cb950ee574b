import { it } from "vitest";
import { fuzzLogs } from "./logs.ts";
import { brief } from "./rounds.ts";

it("in the table: other logs go on, and this one says what is wrong", () => fuzzLogs(brief(60)));
