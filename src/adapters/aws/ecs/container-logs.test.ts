import type { FilterLogEventsCommand } from "@aws-sdk/client-cloudwatch-logs";
import { describe, expect, it } from "vitest";
import type { AwsClient, Clients, Place } from "../clients.ts";
import { lastLogLines, logPlaceOf } from "./container-logs.ts";
import type { TaskFate } from "./ecs.fixture.ts";
import { denied, fault } from "./ecs.fixture.ts";
import { EcsSideRuntime } from "./ecs-side-runtime.ts";
import { digestFor, ecsDeployment, openEcs, TEMPLATE } from "./sides.fixture.ts";

type Input = FilterLogEventsCommand["input"];

/** CloudWatch Logs with pages of lines, the latest first. */
function logsOf(pages: readonly (readonly [at: number, line: string])[][]) {
  const asked: Input[] = [];
  const send = async ({ input }: FilterLogEventsCommand) => {
    asked.push(input);
    const page = Number(input.nextToken ?? 0);
    const events = (pages[page] ?? []).map(([timestamp, message]) => ({ timestamp, message }));
    return { events, ...(page + 1 < pages.length ? { nextToken: String(page + 1) } : {}) };
  };
  return { asked, client: { send } as unknown as AwsClient<"logs"> };
}

describe("the last lines", () => {
  it("are the newest since a time, oldest first, without their ends", async () => {
    const { client, asked } = logsOf([
      [
        [5, "five\n"],
        [4, "four\r\n"],
        [3, "three"],
      ],
    ]);
    const since = Date.UTC(2026, 5, 1);
    const place = { group: "/rainbow", streamPrefix: "web/app/" };
    expect(await lastLogLines(client, place, since, 2)).toEqual(["four", "five"]);
    expect(asked).toEqual([
      {
        logGroupName: "/rainbow",
        logStreamNamePrefix: "web/app/",
        startTime: since,
        startFromHead: false,
        limit: 2,
      },
    ]);
  });

  it("are looked for on further pages, which may be empty, until there are enough", async () => {
    const pages = [
      [[9, "nine"]],
      [],
      [
        [8, "eight"],
        [7, "seven"],
      ],
      [[6, "six"]],
    ] as const;
    const { client, asked } = logsOf(pages.map((page) => [...page]));
    expect(await lastLogLines(client, { group: "g" }, 0, 3)).toEqual(["seven", "eight", "nine"]);
    expect(asked.map(({ nextToken }) => nextToken)).toEqual([undefined, "1", "2"]);
  });

  it("are looked for on ten pages at most, and no longer ago than they can be taken backwards", async () => {
    const { client, asked } = logsOf(Array(50).fill([]));
    expect(await lastLogLines(client, { group: "g" }, 0, 1)).toEqual([]);
    expect(asked).toHaveLength(10);
    expect(asked[0]?.startTime).toBe(Date.UTC(2024, 0, 1));
  });
});

describe("where a container's lines are", () => {
  const options = { "awslogs-group": "/rainbow", "awslogs-region": "eu-north-1" };
  const container = (logConfiguration?: object) => ({ name: "app", logConfiguration }) as object;

  it("is told by its awslogs options", () => {
    expect(logPlaceOf(container({ logDriver: "awslogs", options }))).toEqual({
      group: "/rainbow",
      region: "eu-north-1",
    });
  });

  it.each([
    [{ logDriver: "awsfirelens", options: {} }, /log driver is awsfirelens/],
    [undefined, /log driver is not set/],
    [{ logDriver: "awslogs", options: {} }, /names no awslogs-group/],
  ])("isn't told by %j", (logConfiguration, fault) => {
    expect(() => logPlaceOf(container(logConfiguration))).toThrow(fault);
  });
});

describe("logs of a side", () => {
  async function open(template: object = {}, fate: TaskFate = "healthy") {
    const { ecs, blue, clock } = openEcs();
    const places: Place[] = [];
    const logs: { error?: Error } = {};
    const send = async () => {
      if (logs.error) throw logs.error;
      return { events: [{ timestamp: 1, message: "listening" }] };
    };
    const clients = {
      client: async (service: string, place: Place) => {
        if (service === "ecs") return ecs.client;
        if (service === "elb") return { send: async () => ({}) };
        places.push(place);
        return { send };
      },
    } as unknown as Clients;
    const runtime = new EcsSideRuntime({ clients, clock, log: () => undefined });
    ecs.register({ ...TEMPLATE, family: "base", ...template });
    const side = { ...blue, runsOn: { ...blue.runsOn, taskDefinition: "base", role: "arn:role" } };
    ecs.fates.set(digestFor("one"), fate);
    await runtime.deploy(side, ecsDeployment("one", 1));
    return { ecs, runtime, side, places, logs };
  }

  it("are read in the region that the log driver names, with the side's role", async () => {
    const [app] = TEMPLATE.containerDefinitions;
    const options = { "awslogs-group": "/rainbow", "awslogs-region": "eu-north-1" };
    const logConfiguration = { logDriver: "awslogs", options };
    const { runtime, side, places } = await open({
      containerDefinitions: [{ ...app, logConfiguration }],
    });
    expect(await runtime.logs(side, 10)).toEqual(["listening"]);
    expect(places).toMatchObject([{ region: "eu-north-1", role: "arn:role" }]);
  });

  it("can't be read with another log driver", async () => {
    const [app] = TEMPLATE.containerDefinitions;
    const logConfiguration = { logDriver: "splunk" };
    const { runtime, side } = await open({
      containerDefinitions: [{ ...app, logConfiguration }],
    });
    await expect(runtime.logs(side, 10)).rejects.toThrow(
      /its log driver is splunk, and only awslogs is read/,
    );
  });

  it.each([
    [
      denied("logs:FilterLogEvents", "arn:group"),
      /logs:FilterLogEvents on arn:group is not allowed/,
    ],
    [
      fault("ResourceNotFoundException", "The specified log group does not exist."),
      /does not exist/,
    ],
    [
      fault("ThrottlingException", "Rate exceeded"),
      /logs of rainbow\/production\/blue can't be read: AWS takes no more/,
    ],
  ])("are not empty where they can't be had, but say why: %s", async (error, message) => {
    const { runtime, side, logs } = await open();
    logs.error = error;
    await expect(runtime.logs(side, 10)).rejects.toThrow(message);
  });

  it("are those of a first deployment that doesn't get healthy, where nothing serves", async () => {
    const { runtime, side, ecs } = await open({}, "starting");
    expect((await runtime.observe(side)).serving).toBeUndefined();
    expect(await runtime.logs(side, 10)).toEqual(["listening"]);
    expect(ecs.sent("UpdateService")).toHaveLength(1);
  });
});
