import { expect, it } from "vitest";
import { deployment, SERVICE } from "./record.fixture.ts";
import { serviceParts, taskEnvironment, taskMarker } from "./task-environment.ts";

const own = { marker: taskMarker("instance", SERVICE, "blue-1"), port: 4_000 };

it("a task sees a few variables of the parent and no others", () => {
  const parent = { PATH: "/bin", LC_ALL: "C", TZ: "UTC", AWS_SECRET_ACCESS_KEY: "x", PATHS: "y" };
  expect(taskEnvironment(parent, SERVICE, deployment("first"), own)).toEqual({
    PATH: "/bin",
    LC_ALL: "C",
    TZ: "UTC",
    HOST: "127.0.0.1",
    PORT: "4000",
    VERDIGRIS_ENVIRONMENT: "production",
    VERDIGRIS_SIDE: "blue",
    VERDIGRIS_RELEASE: "release-of-first",
    VERDIGRIS_TASK: "instance:rainbow/production/blue:blue-1",
  });
});

it("a deployment sets what it likes, but not what Verdigris sets", () => {
  const environment = { PATH: "/opt/bin", PORT: "1", HOST: "0.0.0.0", VERDIGRIS_TASK: "x" };
  const spec = deployment("first", { environment: { ...environment, COLOUR: "blue" } });
  expect(taskEnvironment({ PATH: "/bin" }, SERVICE, spec, own)).toMatchObject({
    PATH: "/opt/bin",
    COLOUR: "blue",
    PORT: "4000",
    HOST: "127.0.0.1",
    VERDIGRIS_TASK: own.marker,
  });
});

it.each(["rainbow", "rainbow/production", "a/b/c/d", "a//c", ""])("%j is not a service", (name) => {
  expect(() => serviceParts(name)).toThrow(/app\/environment\/side/);
});
