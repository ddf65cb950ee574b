import type { TaskDefinition } from "@aws-sdk/client-ecs";
import { describe, expect, it } from "vitest";
import type { TaskFate } from "./ecs.fixture.ts";
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
  const deploy = async (id: string, revision: number, fate: TaskFate = "healthy") => {
    ecs.fates.set(digestFor(id), fate);
    await runtime.deploy(blue, ecsDeployment(id, revision));
  };
  const observe = () => runtime.observe(blue);
  const failed = async () => {
    await expect.poll(async () => (await observe()).pending?.state).toBe("failed");
    return (await observe()).pending?.reason;
  };
  const runs = () => ecs.taskDefinition(ecs.service(name).taskDefinition ?? "");
  /** Somebody registers a changed copy of what runs, and sets the service to it. */
  const copyByHand = (change: Partial<TaskDefinition>, by?: string) => {
    const { taskDefinitionArn: _, revision: __, ...copy } = runs();
    ecs.update(name, { taskDefinition: ecs.register({ ...copy, ...change } as object, by) });
  };
  return { ...opened, name, deploy, observe, failed, runs, copyByHand };
}

describe("a deployment that fails", () => {
  const stopped = (stoppedReason: string, container: object = {}): TaskFate => ({
    stopCode: "TaskFailedToStart",
    stoppedReason,
    containers: [{ name: "app", ...container }],
  });

  it.each<[string, TaskFate, RegExp]>([
    [
      "the image isn't there",
      stopped(
        "CannotPullContainerError: pull image manifest has been retried 1 time(s): failed to resolve ref rainbow@sha256:1: not found",
      ),
      /^the image was not found: CannotPullContainerError/,
    ],
    [
      "the image may not be pulled",
      stopped(
        "CannotPullContainerError: pull access denied: User is not authorized to perform: ecr:BatchGetImage",
      ),
      /^the image may not be pulled: /,
    ],
    [
      "the registry can't be reached",
      stopped(
        "CannotPullContainerError: ref pull has been retried 5 time(s): dial tcp: i/o timeout",
      ),
      /^the image can not be pulled: /,
    ],
    ["an essential container exits", EXITS, /^container app exited with code 3$/],
    [
      "a container needs too much memory",
      {
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
        containers: [
          {
            name: "app",
            exitCode: 137,
            reason: "OutOfMemoryError: Container killed due to memory usage",
          },
        ],
      },
      /^the container ran out of memory: OutOfMemoryError/,
    ],
    [
      "a container is killed",
      {
        stopCode: "EssentialContainerExited",
        stoppedReason: "Essential container in task exited",
        containers: [
          { name: "log", exitCode: 1 },
          { name: "app", exitCode: 137 },
        ],
      },
      /^container app exited with code 137: killed, or out of memory$/,
    ],
    [
      "the load balancer's health check fails",
      {
        stopCode: "ServiceSchedulerInitiated",
        stoppedReason:
          "Task failed ELB health checks in (target-group arn:aws:elasticloadbalancing:x)",
        containers: [{ name: "app" }],
      },
      /^health check of the load balancer fails: /,
    ],
    [
      "the container's health check fails",
      {
        stopCode: "ServiceSchedulerInitiated",
        stoppedReason: "Task failed container health checks",
        containers: [{ name: "app" }],
      },
      /^health check of the container fails: /,
    ],
    [
      "the execution role may not read a secret",
      stopped(
        "ResourceInitializationError: unable to pull secrets: AccessDeniedException: User is not authorized to perform: secretsmanager:GetSecretValue",
      ),
      /^a permission is missing: ResourceInitializationError/,
    ],
    [
      "a role can't be assumed",
      stopped(
        "ECS was unable to assume the role 'arn:aws:iam::1:role/x' that was provided for this task.",
      ),
      /^a permission is missing: ECS was unable to assume the role/,
    ],
    [
      "a volume can't be mounted",
      stopped(
        "ResourceInitializationError: failed to invoke EFS utils commands to set up EFS volumes",
      ),
      /^the task could not be set up: /,
    ],
    [
      "no instance has room",
      {
        event:
          "was unable to place a task because no container instance met all of its requirements. Reason: RESOURCE:MEMORY.",
      },
      /^there is no capacity: was unable to place a task because .* RESOURCE:MEMORY/,
    ],
    [
      "there is no Fargate capacity",
      {
        event:
          "was unable to place a task. Reason: Capacity is unavailable at this time. Please try again later or in a different availability zone.",
      },
      /^there is no capacity: /,
    ],
  ])("because %s says so", async (_, fate, reason) => {
    const { deploy, failed } = open();
    await deploy("one", 1, fate);
    expect(await failed()).toMatch(reason);
    await deploy("one", 1, fate);
    // On record it has no other characters than a tag of AWS may have.
    const text = (of: string) => of.replace(/[^\p{L}\p{N}]+/gu, "");
    expect(text((await failed()) ?? "").slice(0, 60)).toMatch(
      new RegExp(`^${text(String(await failed())).slice(0, 20)}`),
    );
    expect(await failed()).toMatch(/^[\p{L}\p{N} +\-=._:/@]+$/u);
  });

  it("tells how the health check of the load balancer failed, where the service's events do", async () => {
    const { ecs, name, deploy, observe } = open({ breaker: { enable: false, rollback: false } });
    await deploy("one", 1, {
      stopCode: "ServiceSchedulerInitiated",
      stoppedReason: "Task failed ELB health checks in (target-group web)",
    });
    const message =
      "(service rainbow) (task 1) (port 80) is unhealthy in (target-group web) due to (reason Health checks failed with these codes: [404])";
    ecs.service(name).events?.unshift({ message, createdAt: new Date(Date.UTC(2027, 1)) });
    const [primary] = ecs.service(name).deployments ?? [];
    Object.assign(primary ?? {}, { rolloutState: "FAILED" });
    expect((await observe()).pending?.reason).toMatch(
      /^health check of the load balancer fails: .*Health checks failed with these codes: \[404\]/,
    );
  });

  it("without a task or an event that tells is explained by the circuit breaker", async () => {
    const { deploy, failed } = open();
    await deploy("one", 1, { event: "has started 1 tasks: (task 1)." });
    expect(await failed()).toMatch(
      /^\(deployment ecs-svc\/\d+\) deployment failed: tasks failed to start\.$/,
    );
  });

  it("is explained by its rollout's state while that is shown", async () => {
    const { deploy, failed } = open({ breaker: { enable: true, rollback: false } });
    await deploy("one", 1, { event: "has started 1 tasks: (task 1)." });
    expect(await failed()).toBe("ECS deployment circuit breaker: tasks failed to start.");
  });

  it("is known to have failed when its rollout is no longer shown", async () => {
    const { ecs, name, deploy, failed, observe } = open();
    await deploy("one", 1);
    await observe();
    await deploy("two", 2, EXITS);
    await failed();
    ecs.step();
    expect(ecs.service(name).deployments).toHaveLength(1);
    expect(await observe()).toEqual({
      revision: 2,
      serving: expect.objectContaining({ deploymentId: "one" }),
      pending: { deploymentId: "two", state: "failed", reason: "container app exited with code 3" },
    });
    expect((await observe()).serving).not.toHaveProperty("altered");
  });

  it("is told to have failed as soon as ECS takes the service back", async () => {
    const { ecs, name, deploy, failed, observe } = open();
    await deploy("one", 1);
    await observe();
    await deploy("two", 2, EXITS);
    await failed();
    const service = ecs.service(name);
    const [back] = service.deployments ?? [];
    ecs.fates.set(digestFor("one"), "starting");
    Object.assign(back ?? {}, {
      rolloutState: "IN_PROGRESS",
      rolloutStateReason: "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.",
    });
    Object.assign(service, { deployments: [back], events: [], tasks: [] });
    expect(await observe()).toMatchObject({
      serving: { deploymentId: "one" },
      pending: {
        deploymentId: "two",
        state: "failed",
        reason: "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1.",
      },
    });
    service.tags = [];
    expect(await observe()).toMatchObject({ revision: 1, serving: { deploymentId: "one" } });
  });

  it("is explained by its own tasks, and not by those of what serves", async () => {
    const { ecs, name, deploy, failed, observe } = open();
    await deploy("one", 1);
    await observe();
    const { taskDefinition: taskDefinitionArn = "", tasks } = ecs.service(name);
    await deploy("two", 2, EXITS);
    tasks.push({
      taskArn: "task/of-one",
      taskDefinitionArn,
      stopCode: "EssentialContainerExited",
      stoppedAt: new Date(Date.UTC(2027, 1)),
      containers: [{ name: "app", exitCode: 9 }],
    });
    expect(await failed()).toBe("container app exited with code 3");
  });

  it("keeps its reason when ECS has forgotten its tasks", async () => {
    const { ecs, name, deploy, failed } = open();
    await deploy("one", 1, EXITS);
    await failed();
    await deploy("one", 1, EXITS);
    ecs.service(name).tasks.length = 0;
    ecs.service(name).events = [];
    expect(await failed()).toBe("container app exited with code 3");
  });
});

describe("what serves", () => {
  it("is told by image digest, release and deployment", async () => {
    const { deploy, observe } = open({ desiredCount: 3 });
    await deploy("one", 1);
    expect(await observe()).toEqual({
      revision: 1,
      serving: {
        deploymentId: "one",
        releaseId: "release-of-one",
        digest: digestFor("one"),
        tasksWanted: 3,
        tasksHealthy: 3,
        restarts: 0,
      },
    });
  });

  it("is what it was while ECS takes the service back to it", async () => {
    const { ecs, name, deploy, observe } = open();
    await deploy("one", 1);
    await observe();
    await deploy("two", 2, EXITS);
    const failedOne = () =>
      ecs.service(name).deployments?.some((one) => one.rolloutState === "FAILED");
    for (let i = 0; i < 5 && !failedOne(); i += 1) ecs.step();
    const [back] = ecs.service(name).deployments ?? [];
    expect(back).toMatchObject({ rolloutState: "IN_PROGRESS" });
    ecs.fates.set(digestFor("one"), "starting");
    expect(await observe()).toMatchObject({
      serving: { deploymentId: "one" },
      pending: { deploymentId: "two", state: "failed" },
    });
  });

  it("stays so when a change of its size makes ECS call its rollout in progress", async () => {
    const { ecs, name, deploy, observe } = open();
    await deploy("one", 1);
    await observe();
    ecs.fates.set(digestFor("one"), "starting");
    const [only] = ecs.service(name).deployments ?? [];
    Object.assign(only ?? {}, { rolloutState: "IN_PROGRESS" });
    expect(await observe()).toMatchObject({ serving: { deploymentId: "one" } });
    expect(await observe()).not.toHaveProperty("pending");
  });

  it("is read off the counts where ECS doesn't tell the rollout's state", async () => {
    const { ecs, name, deploy, observe } = open();
    await deploy("one", 1);
    ecs.fates.set(digestFor("one"), "starting");
    const [only] = ecs.service(name).deployments ?? [];
    Object.assign(ecs.service(name), { events: [] });
    delete only?.rolloutState;
    expect(await observe()).toMatchObject({ serving: { deploymentId: "one" } });
    Object.assign(only ?? {}, { runningCount: 0, pendingCount: 1 });
    expect(await observe()).toMatchObject({ pending: { deploymentId: "one", state: "starting" } });
    Object.assign(only ?? {}, { runningCount: 1, pendingCount: 0 });
    await deploy("two", 2, "starting");
    for (const one of ecs.service(name).deployments ?? []) delete one.rolloutState;
    expect(await observe()).toMatchObject({
      serving: { deploymentId: "one" },
      pending: { deploymentId: "two", state: "starting" },
    });
  });

  it("tells how often its tasks ended by themselves, and how, while there are fewer than wanted", async () => {
    const { ecs, clock, name, deploy, observe } = open({ desiredCount: 2 });
    await deploy("one", 1);
    await observe();
    const calls = ecs.calls.length;
    await observe();
    expect(ecs.calls.slice(calls).map((call) => call.name)).toEqual(["DescribeServices"]);
    const service = ecs.service(name);
    const task = (stoppedAt: number, more: object) => ({
      taskArn: `task/${stoppedAt}`,
      taskDefinitionArn: service.taskDefinition ?? "",
      stoppedAt: new Date(stoppedAt),
      containers: [{ name: "app", exitCode: 1 }],
      ...more,
    });
    service.tasks.push(
      task(1000, { stopCode: "EssentialContainerExited" }),
      task(3000, {
        stopCode: "SpotInterruption",
        stoppedReason: "Your Spot Task was interrupted.",
        containers: [],
      }),
      task(4000, {
        stopCode: "ServiceSchedulerInitiated",
        stoppedReason: "Scaling activity initiated by (deployment ecs-svc/1)",
      }),
      task(5000, { stopCode: "UserInitiated", stoppedReason: "by hand" }),
      task(6000, { stopCode: "EssentialContainerExited", taskDefinitionArn: "another" }),
    );
    ecs.fates.set(digestFor("one"), "starting");
    service.runningCount = 1;
    for (const one of service.deployments ?? []) one.runningCount = 1;
    await clock.advance(1000);
    expect((await observe()).serving).toMatchObject({
      tasksWanted: 2,
      restarts: 2,
      lastExit: {
        at: 3000,
        reason: "the spot capacity was taken back: Your Spot Task was interrupted.",
      },
    });
  });
});

describe("the load balancer's view of health", () => {
  it("counts, and not only what runs", async () => {
    const { ecs, deploy, observe } = open();
    await deploy("one", 1);
    await observe();
    ecs.fates.set(digestFor("one"), "starting");
    expect((await observe()).serving).toMatchObject({ tasksWanted: 1, tasksHealthy: 0 });
  });

  it("counts no more tasks than are wanted", async () => {
    const { ecs, name, deploy, observe, failed } = open({
      desiredCount: 3,
      breaker: { enable: true, rollback: false },
    });
    await deploy("one", 1);
    await observe();
    await deploy("two", 2, EXITS);
    await failed();
    ecs.service(name).desiredCount = 2;
    expect(ecs.healthyTasks(name)).toBe(3);
    expect((await observe()).serving).toMatchObject({ tasksWanted: 2, tasksHealthy: 2 });
  });

  it("is replaced by the tasks that run where it may not be asked, which is told once", async () => {
    const { elb, told, deploy, observe } = open();
    await deploy("one", 1);
    elb.error = denied("elasticloadbalancing:DescribeTargetHealth", "*");
    expect((await observe()).serving?.tasksHealthy).toBe(1);
    await observe();
    expect(told).toEqual([
      expect.stringMatching(
        /The health of the targets .* elasticloadbalancing:DescribeTargetHealth on \* is not allowed .* Tasks of rainbow\/production\/blue that run count as healthy instead\./,
      ),
    ]);
  });

  it("is waited for where it can't be asked for another reason", async () => {
    const { elb, deploy, observe } = open();
    await deploy("one", 1);
    elb.error = fault("ThrottlingException", "Rate exceeded");
    await expect(observe()).rejects.toThrow(/The health of the targets of tg-.* no more requests/);
  });

  it("isn't asked for where the service has no load balancer", async () => {
    const { elb, deploy, observe } = open({ service: { loadBalancers: [] } });
    elb.error = new Error("it was asked");
    await deploy("one", 1);
    expect((await observe()).serving?.tasksHealthy).toBe(1);
  });
});

it("stopped tasks that may not be looked at are told of once, and the rest is seen without them", async () => {
  const { ecs, told, deploy, observe, failed } = open();
  await deploy("one", 1, EXITS);
  ecs.before = ({ name }) => {
    if (name === "ListTasks") throw denied("ecs:ListTasks", "*");
  };
  expect(await failed()).toMatch(/deployment failed: tasks failed to start\.$/);
  await observe();
  expect(told).toEqual([
    expect.stringMatching(/ecs:ListTasks on \* is not allowed.*Why tasks end/),
  ]);
});

describe("a service that was there before Verdigris", () => {
  it("is seen as empty, also while and after a first deployment fails", async () => {
    const { deploy, observe, failed, runs } = open();
    expect(await observe()).toEqual({});
    await deploy("one", 1, "starting");
    expect(await observe()).toEqual({
      revision: 1,
      pending: { deploymentId: "one", state: "starting" },
    });
    await deploy("two", 2, EXITS);
    await failed();
    expect(runs()).toMatchObject({ containerDefinitions: TEMPLATE.containerDefinitions });
    expect(await observe()).toEqual({
      revision: 2,
      pending: expect.objectContaining({ deploymentId: "two", state: "failed" }),
    });
  });

  it("is told as altered when somebody brings back what it ran then", async () => {
    const { ecs, name, deploy, observe } = open();
    const before = ecs.service(name).taskDefinition ?? "";
    await deploy("one", 1);
    await observe();
    ecs.update(name, { taskDefinition: before });
    ecs.step();
    expect(await observe()).toMatchObject({
      serving: {
        deploymentId: "rainbow-production-blue-rainbow:1",
        digest: `${REPOSITORY}:placeholder`,
        altered: expect.stringMatching(
          /^the service runs task definition rainbow-production-blue-rainbow:1, which Verdigris did not register/,
        ),
      },
      pending: {
        deploymentId: "one",
        state: "failed",
        reason: expect.stringMatching(/by somebody else$/),
      },
    });
  });
});

describe("a service that somebody changed", () => {
  it("to a task definition of their own is told, with who registered it", async () => {
    const { ecs, name, deploy, observe } = open();
    await deploy("one", 1);
    await observe();
    ecs.update(name, {
      taskDefinition: ecs.register({ ...TEMPLATE }, "arn:aws:iam::1:role/terraform"),
    });
    expect((await observe()).serving?.altered).toBe(
      "the service runs task definition rainbow:1, which Verdigris did not register (registered by arn:aws:iam::1:role/terraform)",
    );
  });

  it("is told already while ECS still makes the change", async () => {
    const { ecs, name, deploy, observe } = open();
    await deploy("one", 1);
    await observe();
    const image = `${REPOSITORY}@${digestFor("theirs")}`;
    ecs.fates.set(digestFor("theirs"), "starting");
    const theirs = { ...TEMPLATE, containerDefinitions: [{ name: "app", image }] };
    ecs.update(name, { taskDefinition: ecs.register(theirs) });
    expect((await observe()).serving).toMatchObject({
      deploymentId: "one",
      altered: expect.stringMatching(/did not register/),
    });
  });

  it("to a copy with the same labels is told, with what differs", async () => {
    const { runs, deploy, observe, copyByHand } = open();
    await deploy("one", 1);
    await observe();
    const [app] = runs().containerDefinitions ?? [];
    const environment = [{ name: "DEBUG", value: "1" }];
    copyByHand({ memory: "4096", containerDefinitions: [{ ...app, environment }] }, "ada");
    expect((await observe()).serving).toMatchObject({
      deploymentId: "one",
      digest: digestFor("one"),
      altered:
        "the service runs task definition rainbow-production-blue-rainbow:3, which differs from rainbow-production-blue-rainbow:2 in memory, app.environment (registered by ada)",
    });
  });

  it("to an equal copy is as it was", async () => {
    const { deploy, observe, copyByHand } = open();
    await deploy("one", 1);
    await observe();
    copyByHand({});
    expect((await observe()).serving).not.toHaveProperty("altered");
  });

  it("to an earlier deployment's task definition is told", async () => {
    const { ecs, name, deploy, observe } = open();
    await deploy("one", 1);
    const one = ecs.service(name).taskDefinition ?? "";
    await observe();
    await deploy("two", 2);
    await observe();
    ecs.update(name, { taskDefinition: one });
    ecs.step();
    expect(await observe()).toMatchObject({
      revision: 2,
      serving: {
        deploymentId: "one",
        altered: expect.stringMatching(/of the earlier deployment one$/),
      },
    });
  });

  it("gets what was deployed again by a new deployment, with the changes of others to the rest", async () => {
    const { runs, deploy, observe, copyByHand } = open();
    await deploy("one", 1);
    await observe();
    const [app] = runs().containerDefinitions ?? [];
    copyByHand({ memory: "4096", containerDefinitions: [{ ...app, image: "other:1" }] });
    await observe();
    await deploy("two", 2);
    expect(runs()).toMatchObject({ memory: "4096" });
    expect((await observe()).serving).toEqual(
      expect.not.objectContaining({ altered: expect.anything() }),
    );
  });

  it("so that its tags are gone is known by its labels", async () => {
    const { ecs, name, deploy, observe } = open();
    await deploy("production-7", 7);
    await observe();
    ecs.service(name).tags = [];
    const { serving, ...rest } = await observe();
    expect(rest).toEqual({ revision: 7 });
    expect(serving).toMatchObject({ deploymentId: "production-7" });
    expect(serving).not.toHaveProperty("altered");
  });

  it("to a task definition of another environment is told", async () => {
    const { runs, deploy, observe, copyByHand } = open();
    await deploy("one", 1);
    await observe();
    const [app] = runs().containerDefinitions ?? [];
    const dockerLabels = { ...app?.dockerLabels, "verdigris.environment": "violet/production" };
    copyByHand({ containerDefinitions: [{ ...app, dockerLabels }] });
    expect((await observe()).serving?.altered).toMatch(/did not register/);
  });

  it("to a copy without some of its labels is told", async () => {
    const { runs, deploy, observe, copyByHand } = open();
    await deploy("one", 1);
    await observe();
    const [app] = runs().containerDefinitions ?? [];
    const { "verdigris.release": _, ...dockerLabels } = app?.dockerLabels ?? {};
    copyByHand({ containerDefinitions: [{ ...app, dockerLabels }] });
    expect((await observe()).serving?.altered).toMatch(/did not register/);
  });

  it("to a task definition of another side is told", async () => {
    const { ecs, blue, green, runtime } = open();
    await runtime.deploy(blue, ecsDeployment("one", 1));
    await runtime.deploy(green, ecsDeployment("two", 2));
    await Promise.all([runtime.observe(blue), runtime.observe(green)]);
    const ofBlue = ecs.service(nameOf(blue.runsOn)).taskDefinition ?? "";
    ecs.update(nameOf(green.runsOn), { taskDefinition: ofBlue });
    expect((await runtime.observe(green)).serving?.altered).toMatch(/did not register/);
  });
});

describe("scaling", () => {
  it("sends nothing where there are as many tasks already", async () => {
    const { ecs, runtime, blue, deploy } = open();
    await deploy("one", 1);
    const before = ecs.sent("UpdateService").length;
    await runtime.scale(blue, 1);
    expect(ecs.sent("UpdateService")).toHaveLength(before);
    await runtime.scale(blue, 4);
    expect(ecs.sent("UpdateService").at(-1)).toMatchObject({ desiredCount: 4 });
  });

  it("sets the size of a first deployment that starts", async () => {
    const { ecs, name, runtime, blue, deploy } = open();
    await deploy("one", 1, "starting");
    await runtime.scale(blue, 3);
    expect(ecs.service(name).desiredCount).toBe(3);
  });

  it("is refused for a service with a task on every instance, with what to do", async () => {
    const { runtime, blue, deploy } = open({ service: { schedulingStrategy: "DAEMON" } });
    await deploy("one", 1);
    await expect(runtime.scale(blue, 4)).rejects.toThrow(
      /DAEMON.*Nothing was changed; scale its instances/,
    );
  });

  it("is refused where only what was there before Verdigris runs", async () => {
    const { runtime, blue } = open();
    await expect(runtime.scale(blue, 2)).rejects.toThrow(
      "Nothing is deployed to rainbow/production/blue.",
    );
  });
});

it("a side that doesn't run on ECS is none of its business", async () => {
  const { runtime } = open();
  const runsOn = { runtime: "process", address: "127.0.1.1", port: 80 } as const;
  const side = { environment: "rainbow/test", side: "main", runsOn } as const;
  await expect(runtime.prepare(side)).rejects.toThrow(
    "rainbow/test/main runs on process, not on ECS",
  );
});

describe("a service whose tags somebody changed", () => {
  it("so that what was before a failed deployment is that deployment isn't changed for it", async () => {
    const { ecs, name, runtime, blue, deploy, failed } = open({
      breaker: { enable: true, rollback: false },
      desiredCount: 0,
    });
    await deploy("one", 1, EXITS);
    await failed();
    await deploy("one", 1, EXITS);
    const { tags = [] } = ecs.service(name);
    const own = tags.find(({ key }) => key === "verdigris:task-definition");
    const before = { key: "verdigris:before", value: own?.value };
    ecs.service(name).tags = [...tags.filter(({ key }) => key !== before.key), before];
    const sent = ecs.sent("UpdateService").length;
    await runtime.deploy(blue, ecsDeployment("one", 1));
    expect(ecs.sent("UpdateService")).toHaveLength(sent);
  });

  it.each(["", "seven/one", "7"])("to nonsense (%j) is known by its labels", async (value) => {
    const { ecs, name, deploy, observe } = open();
    await deploy("one", 1);
    await observe();
    ecs.service(name).tags = [{ key: "verdigris:deployment", value }];
    expect(await observe()).toMatchObject({ revision: 1, serving: { deploymentId: "one" } });
  });
});
