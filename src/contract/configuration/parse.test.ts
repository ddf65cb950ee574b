import { describe, expect, test } from "vitest";
import { parseConfiguration } from "./parse.ts";
import { showProblem } from "./problem.ts";

const GOOD = `app: rainbow
build:
  start: npm start
environments:
  test:
    kind: single
    record: test.rainbow.test
  production:
    kind: blue-green
    record: rainbow.test
`;

function problemsOf(text: string): string[] {
  const parsed = parseConfiguration(text, { file: "verdigris.yaml" });
  return parsed.ok ? [] : parsed.problems.map(showProblem);
}

/** The good file with more keys for production, the first of them on line 11. */
function production(yaml: string): string {
  return `${GOOD}${yaml.replace(/^/gm, "    ")}\n`;
}

test("what a file leaves out has the documented default", () => {
  const parsed = parseConfiguration(GOOD, { file: "verdigris.yaml" });
  expect(parsed.ok && parsed.configuration).toEqual({
    app: "rainbow",
    branch: "master",
    build: { start: "npm start", artifact: ".", health: "/", timeout: 900 },
    control: {},
    environments: {
      test: {
        kind: "single",
        record: "test.rainbow.test",
        ttl: 60,
        env: {},
        tasks: 1,
        grace: 30,
        deployTimeout: 600,
        sides: { main: { runtime: "process" } },
      },
      production: {
        kind: "blue-green",
        record: "rainbow.test",
        ttl: 60,
        env: {},
        tasks: 1,
        grace: 30,
        deployTimeout: 600,
        sides: { blue: { runtime: "process" }, green: { runtime: "process" } },
        flip: {
          approvals: { required: 1, expires: 86_400, authorMayApprove: true },
          steps: [{ weight: 100, bake: 0 }],
          drain: 120,
        },
      },
    },
  });
});

test("flip steps are weights, or weights with a time to bake", () => {
  const text = production("flip: { steps: [5, { weight: 20, bake: 1m30s }, 100] }");
  const parsed = parseConfiguration(text, { file: "verdigris.yaml" });
  expect(parsed.ok && parsed.configuration.environments.production).toMatchObject({
    flip: {
      steps: [
        { weight: 5, bake: 0 },
        { weight: 20, bake: 90 },
        { weight: 100, bake: 0 },
      ],
    },
  });
});

describe("a problem names its line, its path and the way out", () => {
  test.each([
    [
      "ttl: 60 apples",
      '11:5: environments.production.ttl: "60 apples" is not a duration; write for example 60s, 10m, 24h',
    ],
    [
      "ttl: 60",
      "11:5: environments.production.ttl: 60 is not a duration; write for example 60s, 10m, 24h",
    ],
    [
      "ttl: 0.5s",
      '11:5: environments.production.ttl: "0.5s" is not a duration; write for example 60s, 10m, 24h',
    ],
    ["ttl: 2d", '11:5: environments.production.ttl: "2d" is too long; write from 1s to 1d'],
    ["ttl: 0s", '11:5: environments.production.ttl: "0s" is too short; write from 1s to 1d'],
    ["tll: 60s", "11:5: environments.production.tll: there is no such key; did you mean ttl?"],
    [
      "flip:\n  aprovals: {}",
      "12:7: environments.production.flip.aprovals: there is no such key; did you mean approvals?",
    ],
    [
      "flip:\n  bogus: {}",
      "12:7: environments.production.flip.bogus: there is no such key; the keys here are approvals, steps, drain",
    ],
    ["flip: []", "11:5: environments.production.flip: a list is not a map"],
    ["flip:", "11:5: environments.production.flip: has no value; give one or leave the key out"],
    [
      "flip:\n  approvals:\n    required: 11",
      "13:9: environments.production.flip.approvals.required: 11 is not a whole number from 0 to 10",
    ],
    [
      "flip:\n  steps:\n    - 10\n    - { weight: 101 }",
      "14:13: environments.production.flip.steps[1].weight: 101 is not a whole number from 1 to 100",
    ],
    [
      "flip: { steps: [10, 10, 100] }",
      "11:25: environments.production.flip.steps[1]: weight 10 does not rise above the 10 of the step before it",
    ],
    [
      "flip: { steps: [10, 50] }",
      "11:25: environments.production.flip.steps[1]: the last step must have weight 100, or the flip would never be complete",
    ],
    [
      "preview: test.rainbow.test",
      '11:5: environments.production.preview: "test.rainbow.test" is environments.test.record already; each record and preview needs a name of its own',
    ],
    [
      "preview: Standby.rainbow.test.",
      '11:5: environments.production.preview: "Standby.rainbow.test." is not a domain name; write it in lower case and without a final dot, for example rainbow.example.com',
    ],
    [
      "env: { PORT: x }",
      '11:12: environments.production.env.PORT: "PORT" is not a variable to set here; PORT, HOST and VERDIGRIS_… are set for each task, others are of A-Z, a-z, 0-9 and _',
    ],
    ["env: { A: 1 }", "11:12: environments.production.env.A: 1 is not text; put it in quotes"],
    [
      "sides: { blue: { runtime: process } }",
      "11:5: environments.production.sides.green: is missing",
    ],
    [
      "sides: { blue: {}, green: { runtime: dokcer } }",
      "11:14: environments.production.sides.blue.runtime: is missing; write process, ecs, or docker",
      '11:33: environments.production.sides.green.runtime: "dokcer" is not process, ecs, or docker; did you mean docker?',
    ],
    [
      "sides:\n  blue: { runtime: process, address: 10.0.0.1 }\n  green: { runtime: process, port: 0 }",
      '12:33: environments.production.sides.blue.address: "10.0.0.1" is not a loopback address; write one from 127.0.0.1 to 127.255.255.254',
      "13:34: environments.production.sides.green.port: 0 is not a whole number from 1 to 65535",
    ],
    [
      "sides:\n  blue: { runtime: process, address: 127.0.1.2 }\n  green: { runtime: process, address: 127.0.1.2 }",
      '13:34: environments.production.sides.green.address: "127.0.1.2" is environments.production.sides.blue.address already; each side needs an address of its own, for a record tells sides apart by it',
    ],
    ["ttl: 60s\nttl: 30s", "12:5: this key is already given above; keep one of them"],
    ["\tttl: 60s", "11:5: a tab indents this line; YAML indents with spaces only"],
    ["ttl: *sixty", "11:10: no anchor &sixty stands above this alias"],
    ["ttl: !secret 60s", "11:10: Unresolved tag: !secret"],
  ])("%j", (yaml, ...problems) => {
    expect(problemsOf(production(yaml))).toEqual(problems.map((it) => `verdigris.yaml:${it}`));
  });

  test.each([
    ["", "1:1: the file is empty; it needs at least the keys app, build and environments"],
    [
      "# only a comment\n",
      "1:1: the file is empty; it needs at least the keys app, build and environments",
    ],
    ["- app\n", "1:1: a list is not a map"],
    [
      `${GOOD}---\n${GOOD}`,
      "11:1: a second document begins here; the file holds one, so remove the ---",
    ],
    ["? [app]\n: rainbow\n", "1:3: With stringKeys, all keys must be strings"],
    [
      GOOD.replace("  start: npm start", "  health: /health"),
      "2:1: build.start: is missing; environments.test runs processes, so write the command that starts one, for example npm start",
    ],
    [
      `${GOOD}control: { server: https://v.test, table: verdigris }\n`,
      "11:36: control.table: stands beside server; write the operator to speak to, or the table to work on",
    ],
    [
      GOOD.replace("app: rainbow", "app: Rainbow"),
      '1:1: app: "Rainbow" is not a name; write up to 31 of a-z, 0-9 and -, a letter first',
    ],
    [GOOD.replace("  test:", "  __proto__:"), "5:3: __proto__ can't be a key"],
    [
      GOOD.replace("kind: single", "kind: singel"),
      '6:5: environments.test.kind: "singel" is not single or blue-green; did you mean single?',
    ],
    [
      GOOD.replace("kind: single", "kind: single\n    flip: {}"),
      "7:5: environments.test.flip: a single environment is updated in place and has no flip; remove it, or write kind: blue-green",
    ],
    [
      GOOD.replace("kind: single", "kind: single\n    preview: a.test"),
      "7:5: environments.test.preview: a single environment has no standby to look at; remove it, or write kind: blue-green",
    ],
    [
      GOOD.replace("npm start", "npm start\n  artifact: ../secrets"),
      '4:3: build.artifact: "../secrets" is not a folder of the repository; write a path relative to its root, without ..',
    ],
    ...["<account>.dkr.ecr.eu-west-1.amazonaws.com/rainbow", "ghcr.io/acme/rainbow:latest"].map(
      (image) => [
        GOOD.replace("npm start", `npm start\n  image: ${image}`),
        `4:3: build.image: "${image}" is not an image without a tag; write for example registry.example.com/acme/rainbow`,
      ],
    ),
    [
      "app: rainbow\nbuild: { start: npm start }\nenvironments: {}\n",
      "3:1: environments: has no environment; name at least one",
    ],
  ])("%j", (text, problem) => {
    expect(problemsOf(text)).toEqual([`verdigris.yaml:${problem}`]);
  });
});

test("a text that is too large or too deep is not read any further", () => {
  expect(problemsOf(`# ${"x".repeat(70_000)}`)).toEqual([
    "verdigris.yaml:1:1: the file is larger than 64 KiB: is it the right one?",
  ]);
  expect(problemsOf(`app: rainbow\nbuild: ${"[".repeat(1_000)}`)).toEqual([
    "verdigris.yaml:2:57: this is nested too deeply",
  ]);
});

describe("on ECS", () => {
  const loadBalancer = (colour: string) =>
    `arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/${colour}/0123456789abcdef`;
  const side = (colour: string, balancer = colour) =>
    `${colour}: { runtime: ecs, cluster: ${colour}, service: app, loadBalancer: "${loadBalancer(balancer)}" }`;
  const onEcs = (more = "", green = side("green")) =>
    `app: rainbow
environments:
  production:
    kind: blue-green
    record: rainbow.test
    sides:
      ${side("blue")}
      ${green}
${more}`;

  test("no command starts a task", () => {
    expect(problemsOf(onEcs("    ttl: 1m\n    standbyTasks: 0\n"))).toEqual([]);
  });

  test.each([
    ["    ttl: 30s", "ttl: records of load balancers are aliases, whose TTL is 60s; remove it"],
    ["    start: npm start", "start: the image says how an ECS task starts; remove it"],
    ["    env: { A: b }", "env: variables of an ECS task are in its task definition; remove it"],
    [
      "    grace: 5s",
      "grace: an ECS task's time to stop is `stopTimeout` in its task definition; remove it",
    ],
  ])("%s has no effect, which is said", (line, message) => {
    expect(problemsOf(onEcs(line))).toEqual([
      `verdigris.yaml:9:5: environments.production.${message}`,
    ]);
  });

  test("each side needs a load balancer of its own", () => {
    expect(problemsOf(onEcs("", side("green", "blue")))).toEqual([
      "verdigris.yaml:8:60: environments.production.sides.green.loadBalancer: this is environments.production.sides.blue.loadBalancer already; each side needs a load balancer of its own, or a flip would move nothing",
    ]);
  });

  test("what is no load balancer's ARN is refused", () => {
    expect(
      problemsOf(onEcs("", side("green").replace("loadbalancer/app", "targetgroup")))[0],
    ).toMatch(
      /loadBalancer: .* is not the ARN of an application or network load balancer; write for example arn:/,
    );
  });

  test("a standby on one machine has no size of its own", () => {
    expect(problemsOf(production("standbyTasks: 1"))).toEqual([
      "verdigris.yaml:11:5: environments.production.standbyTasks: is for sides on ECS; remove it",
    ]);
  });
});

test.each([
  ["github.com/acme/rainbow", true],
  ["git.example.co.uk/Acme-1/rainbow.app_2", true],
  ["https://github.com/acme/rainbow", false],
  ["github.com/acme/rainbow/tree", false],
  ["github.com/acme/..", false],
  ["acme/rainbow", false],
])("the repository %s is taken: %s", (repository, taken) => {
  const problems = problemsOf(`${GOOD}repository: ${repository}\n`);
  expect(problems.length === 0, problems.join()).toBe(taken);
  if (!taken) expect(problems[0]).toContain("write for example github.com/acme/rainbow");
});

test("all problems come at once, sorted by line", () => {
  const text = production("ttl: soon\ntasks: many").replace("app: rainbow", "ap: rainbow");
  expect(problemsOf(`${text}brunch: main\n`)).toEqual([
    "verdigris.yaml:1:1: app: is missing",
    "verdigris.yaml:1:1: ap: there is no such key; did you mean app?",
    expect.stringMatching(/^verdigris.yaml:11:5: environments.production.ttl: /),
    expect.stringMatching(/^verdigris.yaml:12:5: environments.production.tasks: /),
    "verdigris.yaml:13:1: brunch: there is no such key; did you mean branch?",
  ]);
});

test("the value of a variable is never repeated in a problem", () => {
  const text = production('env: { A: 1, TOKEN: "hunter2", B: [hunter2] }');
  expect(problemsOf(text).join()).not.toContain("hunter2");
  expect(problemsOf(text)).toHaveLength(2);
});

test("a start command of its own suffices where the app has none", () => {
  const text = GOOD.replace("build:\n  start: npm start\n", "").replaceAll(
    /( +)kind: .*/g,
    "$&\n$1start: npm start",
  );
  expect(problemsOf(text)).toEqual([]);
});

test("an anchor may be used again, but a few lines may not stand for billions of values", () => {
  const shared = GOOD.replace(
    "record: test",
    "sides: &own { main: { runtime: process } }\n    record: test",
  );
  expect(
    problemsOf(
      shared.replace(
        "  production:",
        "  qa:\n    kind: single\n    record: qa.test\n    sides: *own\n  production:",
      ),
    ),
  ).toEqual([]);

  const doubled = ["a: &a [x, x]", ..."bcdefghijklm"].map((key, i, all) =>
    i === 0 ? key : `${key}: &${key} [*${all[i - 1]?.[0]}, *${all[i - 1]?.[0]}]`,
  );
  expect(problemsOf(doubled.join("\n"))).toEqual([
    expect.stringContaining("Excessive alias count"),
  ]);
});

test("a problem behind a scalar of many lines is at its own line, also after another problem", () => {
  const text = "    kind: x\n  p:\napp: rainbow\nbranch: master\n  test:";
  const parsed = parseConfiguration(text, { file: "verdigris.yaml" });
  expect(parsed.ok ? [] : parsed.problems.at(-1)).toMatchObject({ line: 5, column: 7 });
});
