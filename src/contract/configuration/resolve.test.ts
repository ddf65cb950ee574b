import { describe, expect, test } from "vitest";
import { AWS_EXAMPLE } from "./aws-example.ts";
import { parseConfiguration } from "./parse.ts";
import { showProblem } from "./problem.ts";
import { type Listeners, resolveConfiguration } from "./resolve.ts";

const FILE = `app: rainbow
build:
  command: npm ci
  start: npm start
  artifact: dist
environments:
  test:
    kind: single
    record: test.rainbow.test
    start: npm run start-test
    health: /ready
    env: { MODE: test }
  production:
    kind: blue-green
    record: rainbow.test
    preview: standby.rainbow.test
    ttl: 5s
    tasks: 2
    sides:
      blue: { runtime: process, address: 127.0.9.2, port: 9090 }
      green: { runtime: process }
    flip:
      approvals: { required: 2, expires: 1h, authorMayApprove: false }
      steps: [{ weight: 10, bake: 10m }, 100]
      drain: 30s
`;

const listeners: Listeners = (environment, side) => ({
  address: environment === "test" ? "127.0.1.1" : side === "blue" ? "127.0.1.2" : "127.0.1.3",
  port: 8080,
});

function resolve(text: string) {
  const parsed = parseConfiguration(text, { file: "verdigris.yaml" });
  if (!parsed.ok) throw new Error(parsed.problems.map(showProblem).join("\n"));
  return resolveConfiguration(parsed, listeners);
}

test("a file becomes the app's complete configuration", () => {
  expect(resolve(FILE)).toEqual({
    ok: true,
    configuration: {
      app: "rainbow",
      branch: "master",
      build: { command: "npm ci", artifact: "dist", timeoutSeconds: 900 },
      environments: {
        test: {
          kind: "single",
          record: "test.rainbow.test",
          ttlSeconds: 60,
          sides: { main: { runtime: "process", address: "127.0.1.1", port: 8080 } },
          process: {
            start: "npm run start-test",
            healthPath: "/ready",
            tasks: 1,
            environment: { MODE: "test" },
            graceSeconds: 30,
          },
          flip: {
            approvals: { required: 0, expiresSeconds: 0, authorMayApprove: true },
            steps: [{ weight: 100, bakeSeconds: 0 }],
            drainSeconds: 0,
          },
          deployTimeoutSeconds: 600,
        },
        production: {
          kind: "blue-green",
          record: "rainbow.test",
          preview: "standby.rainbow.test",
          ttlSeconds: 5,
          sides: {
            blue: { runtime: "process", address: "127.0.9.2", port: 9090 },
            green: { runtime: "process", address: "127.0.1.3", port: 8080 },
          },
          process: {
            start: "npm start",
            healthPath: "/",
            tasks: 2,
            environment: {},
            graceSeconds: 30,
          },
          flip: {
            approvals: { required: 2, expiresSeconds: 3600, authorMayApprove: false },
            steps: [
              { weight: 10, bakeSeconds: 600 },
              { weight: 100, bakeSeconds: 0 },
            ],
            drainSeconds: 30,
          },
          deployTimeoutSeconds: 600,
        },
      },
    },
  });
});

describe("an operator on one machine", () => {
  test("names each side whose runtime it can't run, with its line", () => {
    const resolved = resolve(AWS_EXAMPLE);
    expect(resolved.ok ? [] : resolved.problems.map(showProblem)).toEqual([
      "verdigris.yaml:13:9: environments.test.sides.main.runtime: this operator runs tasks as processes on one machine and can't run ecs; write runtime: process",
      "verdigris.yaml:25:9: environments.production.sides.blue.runtime: this operator runs tasks as processes on one machine and can't run ecs; write runtime: process",
      "verdigris.yaml:30:9: environments.production.sides.green.runtime: this operator runs tasks as processes on one machine and can't run ecs; write runtime: process",
    ]);
  });

  test("also refuses a mix of runtimes", () => {
    const resolved = resolve(
      FILE.replace("green: { runtime: process }", "green: { runtime: docker }"),
    );
    expect(resolved.ok ? [] : resolved.problems.map(({ line, path }) => [line, path])).toEqual([
      [21, "environments.production.sides.green.runtime"],
    ]);
  });
});
