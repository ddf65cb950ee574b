import { describe, expect, test } from "vitest";
import { AWS_EXAMPLE } from "./aws-example.ts";
import { parseConfiguration } from "./parse.ts";
import { showProblem } from "./problem.ts";
import { type Places, resolveConfiguration } from "./resolve.ts";

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

const machine: Places = {
  runtime: "process",
  find: (environment, side, written) => ({
    address: environment === "test" ? "127.0.1.1" : side === "blue" ? "127.0.1.2" : "127.0.1.3",
    port: 8080,
    ...written,
    runtime: "process",
  }),
};

const MISSING = "rainbow-green";

/** Finds every load balancer but one. */
const aws: Places = {
  runtime: "ecs",
  async find(_, __, written) {
    if (written.runtime !== "ecs") throw new Error(`${written.runtime} isn't on AWS`);
    const { loadBalancer: arn, cluster, service, container } = written;
    if (cluster === MISSING)
      return { key: "loadBalancer", fault: "there is no such load balancer" };
    return {
      runtime: "ecs",
      ...{ region: "eu-west-1", cluster, service },
      ...(container === undefined ? {} : { container }),
      loadBalancer: { arn, dnsName: `${cluster}.elb.example`, zone: "Z1", dualStack: false },
    };
  },
};

function resolve(text: string, places: Places = machine) {
  const parsed = parseConfiguration(text, { file: "verdigris.yaml" });
  if (!parsed.ok) throw new Error(parsed.problems.map(showProblem).join("\n"));
  return resolveConfiguration(parsed, places);
}

test("a file becomes the app's complete configuration", async () => {
  expect(await resolve(FILE)).toEqual({
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

test("the repository is part of it where the file names one", async () => {
  const resolved = await resolve(`${FILE}repository: github.com/acme/rainbow\n`);
  expect(resolved).toMatchObject({ configuration: { repository: "github.com/acme/rainbow" } });
  expect(await resolve(FILE)).not.toHaveProperty("configuration.repository");
});

describe("an operator on one machine", () => {
  test("names each side whose runtime it can't run, with its line", async () => {
    const resolved = await resolve(AWS_EXAMPLE);
    expect(resolved.ok ? [] : resolved.problems.map(showProblem)).toEqual([
      "verdigris.yaml:13:9: environments.test.sides.main.runtime: this operator runs tasks as processes on one machine and can't run ecs; write runtime: process",
      "verdigris.yaml:26:9: environments.production.sides.blue.runtime: this operator runs tasks as processes on one machine and can't run ecs; write runtime: process",
      "verdigris.yaml:31:9: environments.production.sides.green.runtime: this operator runs tasks as processes on one machine and can't run ecs; write runtime: process",
    ]);
  });

  test("also refuses a mix of runtimes", async () => {
    const resolved = await resolve(
      FILE.replace("green: { runtime: process }", "green: { runtime: docker }"),
    );
    expect(resolved.ok ? [] : resolved.problems.map(({ line, path }) => [line, path])).toEqual([
      [21, "environments.production.sides.green.runtime"],
    ]);
  });
});

describe("an operator on AWS", () => {
  const found = AWS_EXAMPLE.replace(MISSING, "rainbow-other");

  test("has each side with the load balancer that was found", async () => {
    const resolved = await resolve(found, aws);
    if (!resolved.ok) throw new Error(resolved.problems.map(showProblem).join("\n"));
    const { production } = resolved.configuration.environments;
    expect(production?.sides.blue).toEqual({
      runtime: "ecs",
      region: "eu-west-1",
      cluster: "rainbow-blue",
      service: "rainbow",
      loadBalancer: {
        arn: expect.stringContaining("loadbalancer/app/rainbow-blue/"),
        dnsName: "rainbow-blue.elb.example",
        zone: "Z1",
        dualStack: false,
      },
    });
    expect(production).toMatchObject({ standbyTasks: 1, process: { tasks: 4 }, ttlSeconds: 60 });
  });

  test("names a side that can't be found, at the key that is wrong", async () => {
    const resolved = await resolve(AWS_EXAMPLE, aws);
    expect(
      resolved.ok ? [] : resolved.problems.map(({ path, message }) => [path, message]),
    ).toEqual([
      ["environments.production.sides.green.loadBalancer", "there is no such load balancer"],
    ]);
  });

  test("runs no processes", async () => {
    const resolved = await resolve(FILE, aws);
    const messages = resolved.ok ? [] : resolved.problems.map(({ message }) => message);
    expect(new Set(messages)).toEqual(
      new Set([
        "this operator runs tasks as services of ECS and can't run process; write runtime: ecs",
      ]),
    );
  });
});
