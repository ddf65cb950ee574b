import { describe, expect, it } from "vitest";
import { hostNames } from "./flags.ts";

describe("names of hosts", () => {
  const { read } = hostNames("--allow-host <names>", "");

  it("are read with commas between, in lower case", () => {
    expect(read("Verdigris.example.com")).toEqual(["verdigris.example.com"]);
    expect(read("a.example,b-2.example")).toEqual(["a.example", "b-2.example"]);
  });

  it.each(["", "*", "*.example", "a.example,,b", "a..b", "-a", "http://a", "a:80", "a b"])(
    "are not %j",
    (written) => expect(() => read(written)).toThrow(`--allow-host: "${written}" is not a name`),
  );
});
