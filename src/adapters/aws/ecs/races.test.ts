import { describe, expect, it } from "vitest";
import { EXITS } from "./ecs.fixture.ts";
import { digestFor, ecsDeployment, nameOf, openEcs } from "./sides.fixture.ts";

function open(options?: Parameters<typeof openEcs>[0]) {
  const opened = openEcs(options);
  const { ecs, blue } = opened;
  const name = nameOf(blue.runsOn);
  const image = () => {
    const { containerDefinitions = [] } = ecs.taskDefinition(
      ecs.service(name).taskDefinition ?? "",
    );
    return containerDefinitions[0]?.image ?? "";
  };
  /** Does the work once, before the next call of that name. */
  const onceBefore = (call: string, work: () => void | Promise<void>) => {
    ecs.before = async (next) => {
      if (next.name !== call) return;
      ecs.before = () => undefined;
      await work();
    };
  };
  /** The process ends once, right after the next call of that name was carried out. */
  const endsAfter = (call: string) => {
    ecs.after = (next) => {
      if (next.name !== call) return;
      ecs.after = () => undefined;
      throw new Error("the process ended");
    };
  };
  const rolloutsOf = (id: string) =>
    ecs.sent("UpdateService").filter(({ taskDefinition }) => {
      const { containerDefinitions = [] } = ecs.taskDefinition(String(taskDefinition));
      return containerDefinitions[0]?.image?.endsWith(digestFor(id));
    }).length;
  return { ...opened, name, image, onceBefore, endsAfter, rolloutsOf };
}

describe("a writer that was paused", () => {
  it("between its look and its change looks again, and leaves a newer decision as it is", async () => {
    const { clock, ecs, blue, runtime, another, image, onceBefore } = open();
    onceBefore("RegisterTaskDefinition", async () => {
      await clock.advance(60_000);
      await another().deploy(blue, ecsDeployment("newer", 6));
    });
    await runtime.deploy(blue, ecsDeployment("older", 5));
    expect(image()).toMatch(digestFor("newer"));
    expect((await runtime.observe(blue)).revision).toBe(6);
    expect(ecs.sent("UpdateService")).toHaveLength(1);
  });

  it("right before its change takes the service back, and doesn't put itself on record", async () => {
    const { ecs, blue, name, runtime, another, image, onceBefore, told } = open();
    await runtime.deploy(blue, ecsDeployment("first", 1));
    onceBefore("UpdateService", () => another().deploy(blue, ecsDeployment("newer", 6)));
    await runtime.deploy(blue, ecsDeployment("older", 5));
    expect(image()).toMatch(digestFor("newer"));
    expect(ecs.tagsOf(name)["verdigris:deployment"]).toBe("6/newer");
    expect(await runtime.observe(blue)).toMatchObject({
      revision: 6,
      serving: { deploymentId: "newer" },
    });
    expect(told).toEqual([expect.stringMatching(/a late deployment to the service .* is undone/)]);
  });

  it("takes the service back to what a newer decision that failed went back to", async () => {
    const { clock, ecs, blue, runtime, another, image, onceBefore } = open();
    await runtime.deploy(blue, ecsDeployment("first", 1));
    await runtime.observe(blue);
    onceBefore("UpdateService", async () => {
      ecs.fates.set(digestFor("newer"), "starting");
      await another().deploy(blue, ecsDeployment("newer", 6));
      await clock.advance(601_000);
      await another().deploy(blue, ecsDeployment("newer", 6));
    });
    ecs.fates.set(digestFor("older"), "starting");
    await runtime.deploy(blue, ecsDeployment("older", 5));
    expect(image()).toMatch(digestFor("first"));
    expect(await runtime.observe(blue)).toMatchObject({
      revision: 6,
      serving: { deploymentId: "first" },
      pending: { deploymentId: "newer", state: "failed" },
    });
  });

  it("leaves the service to a newer one that overtook it and isn't on record yet", async () => {
    const { ecs, blue, name, runtime, image, told } = open();
    const elsewhere = openEcs();
    await elsewhere.runtime.deploy(blue, ecsDeployment("newer", 6));
    const [registration = {}] = elsewhere.ecs.sent("RegisterTaskDefinition");
    ecs.after = (call) => {
      if (call.name === "UpdateService") {
        ecs.update(name, { taskDefinition: ecs.register(registration) });
      }
    };
    await runtime.deploy(blue, ecsDeployment("older", 5));
    expect(image()).toMatch(digestFor("newer"));
    expect(ecs.sent("UpdateService")).toHaveLength(1);
    expect(ecs.sent("TagResource")).toEqual([]);
    expect(told).toEqual([]);
  });

  it("before it puts itself on record looks again too", async () => {
    const { clock, ecs, blue, name, runtime, another, onceBefore } = open();
    ecs.before = async (call) => {
      if (call.name !== "UpdateService") return;
      ecs.before = () => undefined;
      onceBefore("DescribeServices", async () => {
        await another().deploy(blue, ecsDeployment("newer", 6));
        await clock.advance(60_000);
      });
    };
    await runtime.deploy(blue, ecsDeployment("older", 5));
    expect(ecs.tagsOf(name)["verdigris:deployment"]).toBe("6/newer");
  });

  it("gives up when the service is changed again and again, and says that asking again is safe", async () => {
    const { clock, ecs, blue, runtime } = open();
    ecs.after = async ({ name }) => {
      if (name === "ListTaskDefinitions") await clock.advance(60_000);
    };
    await expect(runtime.deploy(blue, ecsDeployment("one", 1))).rejects.toThrow(
      /Deployment one is not on its way yet.*Asking for it again is safe/,
    );
    expect(ecs.sent("UpdateService")).toEqual([]);
  });
});

describe("a newer writer whose change an older one overtook", () => {
  it("makes its change again", async () => {
    const { ecs, blue, name, runtime, image } = open();
    const elsewhere = openEcs();
    await elsewhere.runtime.deploy(blue, ecsDeployment("older", 5));
    const [registration = {}] = elsewhere.ecs.sent("RegisterTaskDefinition");
    ecs.after = (call) => {
      if (call.name !== "UpdateService") return;
      ecs.after = () => undefined;
      ecs.update(name, { taskDefinition: ecs.register(registration) });
    };
    await runtime.deploy(blue, ecsDeployment("newer", 6));
    expect(image()).toMatch(digestFor("newer"));
    expect(await runtime.observe(blue)).toMatchObject({
      revision: 6,
      serving: { deploymentId: "newer" },
    });
  });
});

describe("two writers of one deployment", () => {
  it("that both registered it don't take each other's work for somebody else's", async () => {
    const { ecs, blue, runtime, another, onceBefore } = open();
    onceBefore("RegisterTaskDefinition", () => another().deploy(blue, ecsDeployment("one", 1)));
    await runtime.deploy(blue, ecsDeployment("one", 1));
    expect(ecs.sent("RegisterTaskDefinition")).toHaveLength(2);
    await another().deploy(blue, ecsDeployment("one", 1));
    expect(await runtime.observe(blue)).toEqual({
      revision: 1,
      serving: expect.not.objectContaining({ altered: expect.anything() }),
    });
  });
});

describe("a process that ended", () => {
  it("after registering finds the task definition when it starts again", async () => {
    const { ecs, blue, runtime, another, endsAfter } = open();
    endsAfter("RegisterTaskDefinition");
    await expect(runtime.deploy(blue, ecsDeployment("one", 1))).rejects.toThrow(
      "the process ended",
    );
    await another().deploy(blue, ecsDeployment("one", 1));
    expect(ecs.sent("RegisterTaskDefinition")).toHaveLength(1);
    expect((await runtime.observe(blue)).serving?.deploymentId).toBe("one");
  });

  it("after changing the service is seen to have deployed, and only goes on record when it starts again", async () => {
    const { ecs, blue, name, runtime, another, endsAfter, rolloutsOf } = open();
    await runtime.deploy(blue, ecsDeployment("one", 1));
    endsAfter("UpdateService");
    await expect(runtime.deploy(blue, ecsDeployment("two", 2))).rejects.toThrow(
      "the process ended",
    );
    expect(ecs.tagsOf(name)["verdigris:deployment"]).toBe("1/one");
    expect(await runtime.observe(blue)).toMatchObject({
      revision: 2,
      serving: { deploymentId: "two" },
    });
    await runtime.deploy(blue, ecsDeployment("one", 1));
    expect((await runtime.observe(blue)).revision).toBe(2);
    await another().deploy(blue, ecsDeployment("two", 2));
    expect(ecs.tagsOf(name)["verdigris:deployment"]).toBe("2/two");
    expect(rolloutsOf("two")).toBe(1);
  });

  it("after changing the service to a deployment that then fails is seen to have failed", async () => {
    const { ecs, blue, runtime, another, endsAfter } = open();
    await runtime.deploy(blue, ecsDeployment("one", 1));
    await runtime.observe(blue);
    ecs.fates.set(digestFor("two"), EXITS);
    endsAfter("UpdateService");
    await expect(runtime.deploy(blue, ecsDeployment("two", 2))).rejects.toThrow(
      "the process ended",
    );
    const state = async () => {
      await another().deploy(blue, ecsDeployment("two", 2));
      return (await runtime.observe(blue)).pending?.state;
    };
    await expect.poll(state).toBe("failed");
    expect((await runtime.observe(blue)).serving?.deploymentId).toBe("one");
  });

  it("before it was on record that a deployment failed leaves what to go back to", async () => {
    const { ecs, blue, name, image, runtime, another, endsAfter } = open({
      breaker: { enable: true, rollback: false },
    });
    await runtime.deploy(blue, ecsDeployment("one", 1));
    await runtime.deploy(blue, ecsDeployment("two", 2));
    ecs.step();
    const two = String(ecs.service(name).taskDefinition).replace(/^.*\//, "");
    ecs.fates.set(digestFor("three"), EXITS);
    endsAfter("UpdateService");
    await expect(runtime.deploy(blue, ecsDeployment("three", 3))).rejects.toThrow("ended");
    for (let i = 0; i < 5; i += 1) ecs.step();
    await another().deploy(blue, ecsDeployment("three", 3));
    expect(ecs.tagsOf(name)).toMatchObject({
      "verdigris:deployment": "3/three",
      "verdigris:before": two,
      "verdigris:failure": "3 container app exited with code 3",
    });
    expect(image()).toMatch(digestFor("two"));
  });

  it("while it took the place of a foreign deployment does so again", async () => {
    const { blue, runtime, another, endsAfter } = open();
    await runtime.deploy(blue, ecsDeployment("foreign", 1000));
    endsAfter("UpdateService");
    const ours = ecsDeployment("ours", 2, { replaces: 1000 });
    await expect(runtime.deploy(blue, ours)).rejects.toThrow("the process ended");
    expect((await runtime.observe(blue)).revision).toBe(1000);
    await another().deploy(blue, ours);
    expect(await runtime.observe(blue)).toMatchObject({
      revision: 2,
      serving: { deploymentId: "ours" },
    });
  });
});

describe("a deployment that took the place of a foreign one", () => {
  it("and failed is the newest all the same, and gives way to the next", async () => {
    const { ecs, blue, runtime } = open();
    await runtime.deploy(blue, ecsDeployment("foreign", 1000));
    await runtime.observe(blue);
    ecs.fates.set(digestFor("ours"), EXITS);
    await runtime.deploy(blue, ecsDeployment("ours", 2, { replaces: 1000 }));
    await expect.poll(async () => (await runtime.observe(blue)).pending?.state).toBe("failed");
    expect((await runtime.observe(blue)).revision).toBe(2);
    await runtime.deploy(blue, ecsDeployment("next", 3));
    expect((await runtime.observe(blue)).serving?.deploymentId).toBe("next");
  });
});

describe("a change that ECS doesn't show yet", () => {
  /** ECS shows what was deployed before `id`, until `show` is called. */
  async function deployUnseen({ ecs, blue, name, runtime }: ReturnType<typeof open>, id: string) {
    const old = structuredClone(ecs.service(name).deployments);
    ecs.fates.set(digestFor(id), "starting");
    await runtime.deploy(blue, ecsDeployment(id, 9));
    const shown = ecs.service(name).deployments;
    Object.assign(ecs.service(name), { deployments: old });
    await runtime.deploy(blue, ecsDeployment(id, 9));
    expect(await runtime.observe(blue)).toMatchObject({
      serving: { deploymentId: "one" },
      pending: { deploymentId: id, state: "starting" },
    });
    Object.assign(ecs.service(name), { deployments: shown });
    ecs.fates.set(digestFor(id), "healthy");
    expect((await runtime.observe(blue)).serving?.deploymentId).toBe(id);
  }

  it("is not taken for a failure", async () => {
    const opened = open();
    const { clock, blue, runtime } = opened;
    await runtime.deploy(blue, ecsDeployment("one", 1));
    await runtime.observe(blue);
    await clock.advance(3_600_000);
    await deployUnseen(opened, "two");
  });

  it("is not taken for a failure because the one before failed", async () => {
    const opened = open();
    const { ecs, blue, name, runtime } = opened;
    await runtime.deploy(blue, ecsDeployment("one", 1));
    await runtime.observe(blue);
    ecs.fates.set(digestFor("two"), EXITS);
    await runtime.deploy(blue, ecsDeployment("two", 2));
    const [primary] = ecs.service(name).deployments ?? [];
    ecs.fates.set(digestFor("one"), "starting");
    for (let i = 0; i < 3; i += 1) ecs.step();
    expect(ecs.service(name).deployments?.[0]).not.toBe(primary);
    ecs.service(name).events = [];
    await deployUnseen(opened, "three");
  });
});
