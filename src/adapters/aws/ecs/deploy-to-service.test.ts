import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import type { Side } from "../../../ports/side-runtime.ts";
import { denied, EXITS, fault } from "./ecs.fixture.ts";
import {
  digestFor,
  ecsDeployment,
  nameOf,
  openEcs,
  REPOSITORY,
  TEMPLATE,
} from "./sides.fixture.ts";

function open(options?: Parameters<typeof openEcs>[0]) {
  const opened = openEcs(options);
  const { ecs, runtime, blue } = opened;
  const name = nameOf(blue.runsOn);
  const runs = () => ecs.taskDefinition(ecs.service(name).taskDefinition ?? "");
  const deploy = (id: string, revision: number, more = {}) =>
    runtime.deploy(blue, ecsDeployment(id, revision, more));
  const settled = async (id: string, revision: number) => {
    await deploy(id, revision);
    expect((await runtime.observe(blue)).serving?.deploymentId).toBe(id);
  };
  return { ...opened, name, runs, deploy, settled };
}

const containerOf = ({ containerDefinitions = [] }: TaskDefinition, name = "app") =>
  containerDefinitions.find((one) => one.name === name);

describe("a deployment registers", () => {
  it("the service's own task definition with the image by digest, labels, and all else as it was", async () => {
    const { ecs, name, deploy, runs } = open();
    const base = ecs.register({
      ...TEMPLATE,
      family: "mine",
      volumes: [{ name: "v" }],
      futureField: { a: 1 },
    } as object);
    ecs.update(name, { taskDefinition: base });
    ecs.step();
    await deploy("production-7", 7);
    const { registeredAt: _, ...registered } = runs();
    const { registeredAt: __, ...before } = ecs.taskDefinition(base);
    expect(registered).toEqual({
      ...before,
      taskDefinitionArn: expect.stringMatching(/task-definition\/mine:2$/),
      revision: 2,
      registeredBy: "verdigris",
      containerDefinitions: [
        {
          ...containerOf(before),
          image: `${REPOSITORY}@${digestFor("production-7")}`,
          dockerLabels: {
            team: "colours",
            "verdigris.environment": "rainbow/production",
            "verdigris.side": "blue",
            "verdigris.deployment": "production-7",
            "verdigris.revision": "7",
            "verdigris.release": "release-of-production-7",
          },
        },
      ],
    });
  });

  it("nothing that only a description has", async () => {
    const { ecs, name, deploy } = open();
    const at = new Date();
    const base = { ...TEMPLATE, deregisteredAt: at, deleteRequestedAt: at } as object;
    ecs.update(name, { taskDefinition: ecs.register(base) });
    await deploy("one", 1);
    const [sent] = ecs.sent("RegisterTaskDefinition");
    expect(Object.keys(sent ?? {}).sort()).toEqual([
      "containerDefinitions",
      "executionRoleArn",
      "family",
      "memory",
    ]);
  });

  it("the base's tags, but those that AWS keeps for itself", async () => {
    const { ecs, name, deploy } = open();
    const tags = [
      { key: "cost", value: "42" },
      { key: "aws:cloudformation:stack-name", value: "rainbow" },
    ];
    ecs.update(name, { taskDefinition: ecs.register({ ...TEMPLATE, tags }) });
    await deploy("one", 1);
    expect(ecs.sent("RegisterTaskDefinition")).toMatchObject([
      { tags: [{ key: "cost", value: "42" }] },
    ]);
  });

  it("the newest revision of the configured family, in the family of the service's own", async () => {
    const { ecs, runtime, blue, runs } = open();
    ecs.register({ ...TEMPLATE, family: "base", memory: "1024" });
    ecs.register({ ...TEMPLATE, family: "base", memory: "2048" });
    const side: Side = { ...blue, runsOn: { ...blue.runsOn, taskDefinition: "base" } };
    await runtime.deploy(side, ecsDeployment("one", 1));
    expect(runs()).toMatchObject({ family: "rainbow-production-blue-rainbow", memory: "2048" });
    expect(containerOf(runs())?.image).toBe(`${REPOSITORY}@${digestFor("one")}`);
  });
});

describe("the container that gets the image", () => {
  const sidecar = { name: "proxy", image: "envoy:1" };
  const image = `${REPOSITORY}@${digestFor("one")}`;

  async function deployTo(containers: object[], runsOn: object = {}) {
    const opened = open();
    const { ecs, runtime, blue, name } = opened;
    ecs.update(name, {
      taskDefinition: ecs.register({ ...TEMPLATE, containerDefinitions: containers }),
    });
    ecs.step();
    const side = { ...blue, runsOn: { ...blue.runsOn, ...runsOn } };
    await runtime.deploy(side, ecsDeployment("one", 1));
    const images = (opened.runs().containerDefinitions ?? []).map((one) => one.image);
    return {
      images,
      observed: await runtime.observe(side),
      sent: ecs.calls.map((call) => call.name),
    };
  }

  const [app] = TEMPLATE.containerDefinitions;

  it("is the one that the side names", async () => {
    const { images } = await deployTo([app, sidecar] as object[], { container: "proxy" });
    expect(images).toEqual([`${REPOSITORY}:placeholder`, image]);
  });

  it("is the only essential one", async () => {
    const { images } = await deployTo([{ ...sidecar, essential: false }, app] as object[]);
    expect(images).toEqual(["envoy:1", image]);
  });

  it("is the one behind the load balancer when several are essential", async () => {
    const { images } = await deployTo([sidecar, app] as object[]);
    expect(images).toEqual(["envoy:1", image]);
  });

  it("must be named when neither tells: the deployment has failed and nothing was changed", async () => {
    const { observed, images, sent } = await deployTo([sidecar, { ...sidecar, name: "web" }]);
    expect(observed.pending).toEqual({
      deploymentId: "one",
      state: "failed",
      reason: expect.stringMatching(
        /several containers: proxy web\. Name the one that gets the image/,
      ),
    });
    expect(images).toEqual(["envoy:1", "envoy:1"]);
    expect(sent).not.toContain("UpdateService");
  });

  it("must be there when it is named", async () => {
    const { observed } = await deployTo([app as object], { container: "web" });
    expect(observed.pending?.reason).toMatch(/has no container web: it has app/);
  });
});

it("a deployment that is on its way and on record is only looked at when it is asked for again", async () => {
  const { ecs, deploy } = open();
  ecs.fates.set(digestFor("one"), "starting");
  await deploy("one", 1);
  const before = ecs.calls.length;
  await deploy("one", 1);
  expect(ecs.calls.slice(before).map(({ name }) => name)).toEqual(["DescribeServices"]);
});

describe("the number of tasks", () => {
  it("is raised to the configured floor", async () => {
    const { ecs, name, deploy } = open({ desiredCount: 0 });
    await deploy("one", 1, { process: { ...ecsDeployment("", 0).process, tasks: 2 } });
    expect(ecs.service(name).desiredCount).toBe(2);
  });

  it("is never lowered, nor sent where it is high enough", async () => {
    const { ecs, deploy } = open({ desiredCount: 5 });
    await deploy("one", 1);
    expect(ecs.sent("UpdateService")).toEqual([
      {
        cluster: "rainbow-production-blue",
        service: "rainbow",
        taskDefinition: expect.any(String),
      },
    ]);
  });

  it("is not sent to a service with a task on every instance", async () => {
    const { ecs, deploy } = open({ desiredCount: 0, service: { schedulingStrategy: "DAEMON" } });
    await deploy("one", 1);
    expect(ecs.sent("UpdateService")[0]).not.toHaveProperty("desiredCount");
  });
});

describe("a service that others deploy to", () => {
  it.each(["CODE_DEPLOY", "EXTERNAL"] as const)(
    "(%s) is left as it is, with what mends it",
    async (type) => {
      const { ecs, deploy } = open({ service: { deploymentController: { type } } });
      await expect(deploy("one", 1)).rejects.toThrow(
        new RegExp(
          `deployment controller ${type}.*Nothing was changed\\. Set deploymentController`,
        ),
      );
      expect(ecs.sent("RegisterTaskDefinition")).toEqual([]);
    },
  );
});

describe("a deployment that is refused for good", () => {
  it.each([
    [
      "a missing permission",
      denied("iam:PassRole", "arn:aws:iam::1:role/x"),
      /iam:PassRole on arn:aws:iam::1:role\/x is not allowed/,
    ],
    [
      "a task definition that ECS doesn't take",
      fault("ClientException", "Invalid 'cpu' setting"),
      /ClientException: Invalid cpu setting/,
    ],
  ])(
    "by %s has failed with the reason, and what serves is left as it is",
    async (_, error, reason) => {
      const { ecs, runtime, blue, deploy, settled } = open();
      await settled("one", 1);
      const { serving } = await runtime.observe(blue);
      ecs.before = ({ name }) => {
        if (name === "RegisterTaskDefinition") throw error;
      };
      await deploy("two", 2);
      await deploy("two", 2);
      const observed = await runtime.observe(blue);
      expect(observed).toMatchObject({
        serving,
        revision: 2,
        pending: { deploymentId: "two", state: "failed", reason: expect.stringMatching(reason) },
      });
      expect(ecs.sent("RegisterTaskDefinition")).toHaveLength(2);
      ecs.before = () => undefined;
      await settled("three", 3);
    },
  );

  it("takes the place of a foreign one all the same", async () => {
    const { ecs, runtime, blue, deploy, settled } = open();
    await settled("foreign", 1000);
    ecs.before = ({ name }) => {
      if (name === "UpdateService") throw denied("ecs:UpdateService", "arn:service");
    };
    await deploy("ours", 2, { replaces: 1000 });
    expect(await runtime.observe(blue)).toMatchObject({
      revision: 2,
      pending: { deploymentId: "ours", state: "failed" },
    });
  });

  it.each([
    ["throttled", fault("ThrottlingException", "Rate exceeded"), /no more requests/],
    [
      "in the way of another registration",
      fault(
        "ClientException",
        "Too many concurrent attempts to create a new revision of the specified family.",
      ),
      /concurrent/,
    ],
    [
      "unreachable",
      Object.assign(new Error("socket hang up"), { code: "ECONNRESET" }),
      /can't be reached/,
    ],
  ])("is told from one that is %s, which is tried again", async (_, error, message) => {
    const { ecs, deploy, settled } = open();
    ecs.before = ({ name }) => {
      if (name === "RegisterTaskDefinition") throw error;
    };
    await expect(deploy("one", 1)).rejects.toThrow(message);
    ecs.before = () => undefined;
    await settled("one", 1);
  });

  it("throws when that can't be put on record either", async () => {
    const { ecs, deploy } = open();
    ecs.before = ({ name }) => {
      if (name !== "DescribeServices") throw denied(`ecs:${name}`, "*");
    };
    await expect(deploy("one", 1)).rejects.toThrow(
      /can't be looked at: ecs:DescribeTaskDefinition/,
    );
  });
});

describe("a service that isn't there", () => {
  it("is told with what to check", async () => {
    const { runtime, blue } = open();
    const side = { ...blue, runsOn: { ...blue.runsOn, service: "gone" } };
    const message =
      /The service gone in the cluster rainbow-production-blue \(eu-west-1\) can't be looked at: there is no such ECS service.*Check its name, the region/;
    await expect(runtime.observe(side)).rejects.toThrow(message);
    await expect(runtime.deploy(side, ecsDeployment("one", 1))).rejects.toThrow(message);
  });

  it("is told when it was deleted", async () => {
    const { runtime, blue, ecs, name } = open();
    ecs.service(name).status = "INACTIVE";
    await expect(runtime.observe(blue)).rejects.toThrow(/no longer active \(INACTIVE\)/);
  });
});

describe("a deployment that ECS doesn't get healthy", () => {
  const slow = { healthTimeoutSeconds: 300 };

  it("is ended after the health timeout: the service goes back to what served", async () => {
    const { clock, ecs, name, runtime, blue, deploy, settled, runs } = open();
    await settled("one", 1);
    const { serving } = await runtime.observe(blue);
    ecs.fates.set(digestFor("two"), "starting");
    await deploy("two", 2, slow);
    await clock.advance(299_000);
    await deploy("two", 2, slow);
    expect((await runtime.observe(blue)).pending?.state).toBe("starting");
    await clock.advance(2_000);
    await deploy("two", 2, slow);
    expect(await runtime.observe(blue)).toEqual({
      serving,
      revision: 2,
      pending: { deploymentId: "two", state: "failed", reason: "not healthy after 300 s" },
    });
    expect(containerOf(runs())?.image).toMatch(digestFor("one"));
    await deploy("two", 2, slow);
    expect((await runtime.observe(blue)).pending?.state).toBe("failed");
    expect(ecs.tagsOf(name)["verdigris:failure"]).toBe("2 not healthy after 300 s");
  });

  it("says what its tasks died of", async () => {
    const { clock, ecs, runtime, blue, deploy } = open({
      breaker: { enable: false, rollback: false },
    });
    ecs.fates.set(digestFor("one"), EXITS);
    await deploy("one", 1, slow);
    await clock.advance(301_000);
    await deploy("one", 1, slow);
    expect((await runtime.observe(blue)).pending?.reason).toBe(
      "not healthy after 300 s: container app exited with code 3",
    );
  });

  it("is stopped where nothing was before", async () => {
    const { clock, ecs, name, runtime, blue, deploy } = open({ desiredCount: 0 });
    ecs.fates.set(digestFor("one"), "starting");
    await deploy("one", 1, slow);
    expect(ecs.service(name).desiredCount).toBe(1);
    await clock.advance(301_000);
    await deploy("one", 1, slow);
    expect(ecs.service(name).desiredCount).toBe(0);
    ecs.fates.set(digestFor("one"), "healthy");
    expect(await runtime.observe(blue)).toMatchObject({ pending: { state: "failed" } });
    expect((await runtime.observe(blue)).serving).toBeUndefined();
    await expect(runtime.scale(blue, 2)).rejects.toThrow(/Nothing is deployed/);
  });

  it("is stopped also while ECS still shows what was there before and had no tasks", async () => {
    const { clock, ecs, name, deploy } = open({ desiredCount: 0 });
    const [template] = ecs.service(name).deployments ?? [];
    ecs.fates.set(digestFor("one"), "starting");
    await deploy("one", 1, slow);
    const deployments = [
      ...(ecs.service(name).deployments ?? []),
      { ...template, status: "ACTIVE" },
    ];
    Object.assign(ecs.service(name), { deployments });
    await clock.advance(301_000);
    await deploy("one", 1, slow);
    expect(ecs.service(name).desiredCount).toBe(0);
  });

  it("goes back to what was there before Verdigris, which is registered again if it was deregistered", async () => {
    const { clock, ecs, name, runtime, blue, deploy, runs } = open();
    const before = ecs.service(name).taskDefinition ?? "";
    ecs.fates.set(digestFor("one"), "starting");
    await deploy("one", 1, slow);
    ecs.deregister(before);
    await clock.advance(301_000);
    await deploy("one", 1, slow);
    expect(runs()).toMatchObject({
      status: "ACTIVE",
      containerDefinitions: TEMPLATE.containerDefinitions,
    });
    const observed = await runtime.observe(blue);
    expect(observed).toEqual({
      revision: 1,
      pending: expect.objectContaining({ state: "failed" }),
    });
  });

  it("is tried anew when it is asked for again at a higher revision", async () => {
    const { clock, ecs, runtime, blue, deploy, settled } = open();
    ecs.fates.set(digestFor("one"), "starting");
    await deploy("one", 1, slow);
    await clock.advance(301_000);
    await deploy("one", 1, slow);
    expect((await runtime.observe(blue)).pending?.state).toBe("failed");
    ecs.fates.set(digestFor("one"), "healthy");
    await settled("one", 2);
  });

  it("is tried anew with a task definition of its own where the failed one was left", async () => {
    const { ecs, name, runtime, blue, deploy, settled, runs } = open({
      desiredCount: 0,
      breaker: { enable: true, rollback: false },
    });
    ecs.fates.set(digestFor("one"), EXITS);
    await deploy("one", 1);
    await expect.poll(async () => (await runtime.observe(blue)).pending?.state).toBe("failed");
    await deploy("one", 1);
    const failed = runs().taskDefinitionArn ?? "";
    expect(ecs.service(name).deployments).toMatchObject([{ rolloutState: "FAILED" }]);
    ecs.fates.set(digestFor("one"), "healthy");
    await settled("one", 2);
    ecs.update(name, { taskDefinition: failed });
    ecs.step();
    expect((await runtime.observe(blue)).serving?.altered).toMatch(
      /of the earlier deployment one$/,
    );
  });

  it("is waited for by the time that it has had itself, whatever was before", async () => {
    const { clock, ecs, runtime, blue, deploy, settled } = open();
    await settled("one", 1);
    await clock.advance(3_600_000);
    ecs.fates.set(digestFor("two"), "starting");
    await deploy("two", 2, slow);
    await deploy("two", 2, slow);
    expect((await runtime.observe(blue)).pending?.state).toBe("starting");
  });

  it("is seen to be taken back while ECS shows nothing but that", async () => {
    const { clock, ecs, name, runtime, blue, deploy, settled } = open();
    await settled("one", 1);
    ecs.fates.set(digestFor("two"), "starting");
    await deploy("two", 2, slow);
    await clock.advance(301_000);
    ecs.fates.set(digestFor("one"), "starting");
    await deploy("two", 2, slow);
    Object.assign(ecs.service(name), { deployments: ecs.service(name).deployments?.slice(0, 1) });
    expect(await runtime.observe(blue)).toMatchObject({
      serving: { deploymentId: "one" },
      pending: { deploymentId: "two", state: "failed" },
    });
  });

  it("because somebody else changed the service has failed, and their change is left as it is", async () => {
    const { ecs, name, runtime, blue, deploy, settled, runs } = open();
    await settled("one", 1);
    ecs.fates.set(digestFor("two"), "starting");
    await deploy("two", 2);
    ecs.fates.set(`${REPOSITORY}:placeholder`, "starting");
    const theirs = ecs.register({ ...TEMPLATE });
    ecs.update(name, { taskDefinition: theirs });
    await deploy("two", 2);
    await deploy("two", 2);
    expect(runs().taskDefinitionArn).toBe(theirs);
    expect(ecs.tagsOf(name)["verdigris:failure"]).toBe(
      "2 the service was given task definition rainbow:1 by somebody else",
    );
    expect((await runtime.observe(blue)).pending?.state).toBe("failed");
  });

  it("is still put back when the process ended right after the failure was put on record", async () => {
    const { clock, ecs, name, runtime, blue, deploy, settled, runs } = open();
    await settled("one", 1);
    ecs.fates.set(digestFor("two"), "starting");
    await deploy("two", 2, slow);
    await clock.advance(301_000);
    ecs.before = (call) => {
      if (call.name === "UpdateService") throw new Error("the process ended");
    };
    await expect(deploy("two", 2, slow)).rejects.toThrow("the process ended");
    ecs.before = () => undefined;
    expect(ecs.tagsOf(name)["verdigris:failure"]).toMatch(/^2 /);
    ecs.fates.set(digestFor("two"), "healthy");
    expect(await runtime.observe(blue)).toMatchObject({ pending: { state: "failed" } });
    await deploy("two", 2, slow);
    expect(containerOf(runs())?.image).toMatch(digestFor("one"));
    expect(await runtime.observe(blue)).toMatchObject({
      serving: { deploymentId: "one" },
      pending: { deploymentId: "two", state: "failed" },
    });
  });

  it("that the circuit breaker failed without rollback goes back to what served", async () => {
    const { ecs, runtime, blue, deploy, settled, runs } = open({
      breaker: { enable: true, rollback: false },
    });
    await settled("one", 1);
    ecs.fates.set(digestFor("two"), EXITS);
    await deploy("two", 2);
    await expect.poll(async () => (await runtime.observe(blue)).pending?.state).toBe("failed");
    expect(containerOf(runs())?.image).toMatch(digestFor("two"));
    await deploy("two", 2);
    expect(containerOf(runs())?.image).toMatch(digestFor("one"));
  });
});
