import { describe, expect, it } from "vitest";
import { by, memoryEngine, rainbow, started } from "../../../test/support/engine.ts";

describe("a configuration", () => {
  it("that is applied again under the same command id tells what the first one changed (G4)", async () => {
    const operator = await started(memoryEngine());
    const meta = by("ana");
    const wanted = { ...rainbow(), branch: "main" };
    const first = await operator.apps.configure(wanted, meta);
    expect(first).toMatchObject({ changed: true, changes: ['branch: "master" -> "main"'] });
    await operator.apps.configure(rainbow(), by("ben"));
    expect(await operator.apps.configure(wanted, meta)).toEqual(first);
    await operator.stop();
  });

  it("that says nothing new changes nothing", async () => {
    const operator = await started(memoryEngine());
    const again = await operator.apps.configure(rainbow(), by("ana"));
    expect(again).toMatchObject({ changed: false, changes: [] });
    await operator.stop();
  });
});
