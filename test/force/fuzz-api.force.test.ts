import { it } from "vitest";
import { fuzzApi } from "../fuzz/api.ts";
import { long } from "../fuzz/rounds.ts";

it("the API answers everything as its document says, and a refusal changes nothing", () =>
  fuzzApi(long(2_500)));
