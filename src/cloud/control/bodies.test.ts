import { describe, expect, it } from "vitest";
import {
  readChange,
  readDeployment,
  readListener,
  readScale,
  readStop,
  readZone,
} from "./bodies.ts";
import { ControlFault } from "./control-fault.ts";

const RECORD = { name: "rainbow.test", type: "A", ttlSeconds: 60, values: ["127.0.1.1"] };
const CHANGE = { remove: [], add: [{ ...RECORD, set: { id: "blue", weight: 100 } }] };
const LISTENER = { address: "127.0.1.1", port: 8080 };
const DEPLOYMENT = {
  id: "d1",
  revision: 7,
  releaseId: "3f2a9c1",
  digest: "sha256:0",
  directory: "/srv/app",
  start: "npm start",
  healthPath: "/health",
  environment: { NODE_ENV: "production" },
  tasks: 2,
  graceSeconds: 5,
  healthTimeoutSeconds: 60,
};

function faultOf(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof ControlFault && error.code === "bad_request") return error.message;
    throw error;
  }
  throw new Error("it was taken");
}

it("bodies as the protocol has them are taken as they are", () => {
  expect(readZone({ name: "rainbow.test" })).toEqual({ name: "rainbow.test" });
  expect(readChange(CHANGE)).toEqual(CHANGE);
  expect(readListener(LISTENER)).toEqual(LISTENER);
  expect(readDeployment(DEPLOYMENT)).toEqual(DEPLOYMENT);
  expect(readScale({ tasks: 0 })).toEqual({ tasks: 0 });
  expect(readStop({ tasks: "keep" })).toEqual({ tasks: "keep" });
});

describe("a body is refused, and the field named, when", () => {
  it.each<[string, () => unknown, RegExp]>([
    ["it is no object", () => readListener([LISTENER]), /^the body: /],
    ["a field is unknown", () => readListener({ ...LISTENER, host: "x" }), /"host"/],
    ["a field is missing", () => readListener({ port: 8080 }), /^address: /],
    ["an address is not loopback", () => readListener({ ...LISTENER, address: "10.0.0.1" }), /127/],
    ["an address is a name", () => readListener({ ...LISTENER, address: "127.example" }), /^addr/],
    ["a port is 0", () => readListener({ ...LISTENER, port: 0 }), /^port: /],
    ["a port is text", () => readListener({ ...LISTENER, port: "8080" }), /^port: /],
    ["a directory is relative", () => readDeployment({ ...DEPLOYMENT, directory: "app" }), /^dir/],
    ["a command is blank", () => readDeployment({ ...DEPLOYMENT, start: " " }), /^start: /],
    ["a command has a NUL", () => readDeployment({ ...DEPLOYMENT, start: "a\0b" }), /^start: /],
    [
      "a command is too long for the kernel",
      () => readDeployment({ ...DEPLOYMENT, start: "x".repeat(200_000) }),
      /^start: /,
    ],
    [
      "a health path has no slash",
      () => readDeployment({ ...DEPLOYMENT, healthPath: "h" }),
      /^hea/,
    ],
    [
      "a variable's name can't be one",
      () => readDeployment({ ...DEPLOYMENT, environment: { "A-B": "" } }),
      /^environment.A-B: /,
    ],
    ["no task is wanted", () => readDeployment({ ...DEPLOYMENT, tasks: 0 }), /^tasks: /],
    ["a revision is broken", () => readDeployment({ ...DEPLOYMENT, revision: 1.5 }), /^revision: /],
    ["a time is endless", () => readDeployment({ ...DEPLOYMENT, graceSeconds: 1e9 }), /^graceS/],
    ["too many tasks are wanted", () => readScale({ tasks: 65 }), /^tasks: /],
    ["a stop is neither", () => readStop({ tasks: "kill" }), /^tasks: /],
    [
      "a record has another type",
      () => readChange({ remove: [], add: [{ ...RECORD, type: "MX" }] }),
      /^add.0.type: /,
    ],
    ["a change has no removals", () => readChange({ add: [] }), /^remove: /],
  ])("%s", (_when, read, named) => {
    const message = faultOf(read);
    expect(message).toMatch(named);
    expect(message).toMatch(/Nothing was changed\.$/);
  });
});
