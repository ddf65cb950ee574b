import { describe, expect, test } from "vitest";
import { planned, SERVER } from "./pipelines.fixture.ts";

describe("the plan of a pipeline", () => {
  test("fetches what the lock file names where nothing else is said", () => {
    const steps = (...args: Parameters<typeof planned>) =>
      planned(...args).build.steps.map(({ command }) => command);
    expect(steps({})).toEqual(["npm ci", "npm test"]);
    expect(steps({ command: "make" })).toEqual(["make", "npm test"]);
    expect(steps({}, { packageLock: false })).toEqual(["npm test"]);
  });

  test("takes the region of the flag, else of the table, else of the registry", () => {
    expect(planned({}, { region: "us-east-1" }).aws?.region).toBe("us-east-1");
    expect(planned({}).aws?.region).toBe("eu-central-1");
    expect(planned({ control: "{ table: verdigris }" }).aws?.region).toBe("eu-west-1");
    expect(planned({ control: SERVER }).aws?.region).toBe("eu-west-1");
  });

  test("asks for no role where neither table nor registry is AWS's", () => {
    const plan = planned({ control: SERVER, image: "ghcr.io/acme/rainbow" });
    expect(plan.aws).toBeUndefined();
    expect(plan.image).toEqual({ repository: "ghcr.io/acme/rainbow", registry: "ghcr.io" });
  });

  test("waits as long as steps bake, and never longer than a runner stays", () => {
    const seconds = (steps: string) =>
      planned({ flip: `{ steps: ${steps} }` }).environments[1]?.flip?.seconds;
    expect(seconds("[100]")).toBe(600);
    expect(seconds("[{ weight: 10, bake: 10m }, { weight: 100, bake: 30m }]")).toBe(600 + 660);
    expect(seconds("[{ weight: 10, bake: 2d }, 100]")).toBe(5 * 3600);
  });

  test("waits for a drain before it deploys to the side that drains", () => {
    const seconds = (flip: string) => planned({ flip }).environments[1]?.deploySeconds;
    expect(seconds("{ drain: 30m }")).toBe(1800 + 60 + 60);
    expect(seconds("{}")).toBe(660);
  });

  test.each([
    ["{ approvals: { required: 2 } }", "production wants 2 approvals"],
    ["{ approvals: { authorMayApprove: false } }", "somebody else's approval than the author's"],
  ])("refuses a gate that would not keep the policy %s", (flip, message) => {
    expect(() => planned({ flip })).toThrow(message);
    expect(() => planned({ flip })).toThrow("--approval verdigris");
    expect(planned({ flip }, { approval: "verdigris" }).approval).toBe("verdigris");
  });

  test.each([
    [{ control: "{}" }, "control is missing"],
    [{ control: "{ table: verdigris }", image: "ghcr.io/acme/rainbow" }, "no AWS region is known"],
    [{ image: "rainbow" }, "is not a registry and a name"],
  ])("refuses %j, and says what to write", (written, message) => {
    expect(() => planned(written)).toThrow(message);
    expect(() => planned(written)).toThrow("Nothing was written");
  });
});
