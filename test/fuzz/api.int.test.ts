import { it } from "vitest";
import { fuzzApi } from "./api.ts";
import { brief } from "./rounds.ts";

it("the API answers everything as its document says, and a refusal changes nothing", () =>
  fuzzApi(brief(50)));
