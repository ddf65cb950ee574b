import { describe, expect, it } from "vitest";
import { release } from "../../../test/support/engine.ts";
import { BEGIN, DEPLOYED, decided, second } from "./decided.fixture.ts";
import { releaseDetailView } from "./release.ts";

describe("the view of a release", () => {
  it("names each side that holds it, colour and role", () => {
    const { artifact, ...built } = release("a");
    const registered = {
      revision: 1,
      release: { ...built, artifact, app: "rainbow", builtBy: "run 12", run: 12 },
      builtAt: BEGIN,
      commands: [],
    };
    expect(releaseDetailView(registered, [decided(DEPLOYED).state, decided([]).state])).toEqual({
      ...built,
      digest: artifact.digest,
      builtBy: "run 12",
      builtAt: second(0),
      run: 12,
      on: ["rainbow/production blue (standby)"],
    });
  });
});
