import type { CloudWatchLogsClient } from "@aws-sdk/client-cloudwatch-logs";
import {
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  PutLogEventsCommand,
} from "@aws-sdk/client-cloudwatch-logs";
import type { ECSClient, Service } from "@aws-sdk/client-ecs";
import {
  CreateClusterCommand,
  CreateServiceCommand,
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import type { ElasticLoadBalancingV2Client } from "@aws-sdk/client-elastic-load-balancing-v2";
import {
  CreateTargetGroupCommand,
  DeregisterTargetsCommand,
  RegisterTargetsCommand,
} from "@aws-sdk/client-elastic-load-balancing-v2";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { SystemClock } from "../../local/system-clock.ts";
import { standIn } from "../stand-in.fixture.ts";
import { EcsSideRuntime } from "./ecs-side-runtime.ts";
import { digestFor, ecsDeployment, ecsSide, REPOSITORY } from "./sides.fixture.ts";

/**
 * Against MiniStack 1.5.33, which differs from AWS as follows; the code follows AWS' documents.
 * - RegisterTaskDefinition keeps only members that it knows (services/ecs.py, _register_task_definition);
 *   ECS keeps those of its own API, and wire.int.test.ts proves that none is lost on the way.
 * - Without Docker a deployment is COMPLETED as soon as it is made, tasks run at once and never fail
 *   (_reconcile_service_tasks); ECS waits for a steady state (ECS API, Deployment).
 * - Tasks have no addresses without Docker and aren't registered as targets (_sync_service_targets),
 *   so targets are registered here by hand; every registered one is healthy (services/alb.py,
 *   _describe_target_health) where ELB runs health checks (ELB API, TargetHealth).
 * - There are no events of completed deployments (_complete_service_deployment); ECS has them.
 * - UpdateService takes inactive task definitions (_update_service), which ECS refuses.
 * - FilterLogEvents knows neither startFromHead nor logStreamNamePrefix (services/cloudwatch_logs.py,
 *   _filter_log_events): fewer lines are written here than are asked for.
 */
const { clients, region, unique } = standIn();
const cluster = unique("rainbow-blue");
const family = unique("rainbow");
const logGroup = `/${family}`;
const side = ecsSide("rainbow/production", "blue", { cluster, region });
const told: string[] = [];
const runtime = new EcsSideRuntime({
  clients,
  clock: new SystemClock(),
  log: (_, message) => told.push(message),
});

let ecs: ECSClient;
let elb: ElasticLoadBalancingV2Client;
let targetGroup: string;

beforeAll(async () => {
  ecs = await clients.client("ecs", side.runsOn);
  elb = await clients.client("elb", side.runsOn);
  await ecs.send(new CreateClusterCommand({ clusterName: cluster }));
  const made = await elb.send(
    new CreateTargetGroupCommand({ Name: unique("web"), TargetType: "ip", Port: 80 }),
  );
  targetGroup = made.TargetGroups?.[0]?.TargetGroupArn ?? "";
  await elb.send(
    new RegisterTargetsCommand({ TargetGroupArn: targetGroup, Targets: [1, 2, 3].map(target) }),
  );
  await ecs.send(
    new RegisterTaskDefinitionCommand({
      family,
      requiresCompatibilities: ["FARGATE"],
      networkMode: "awsvpc",
      cpu: "256",
      memory: "512",
      tags: [{ key: "cost", value: "42" }],
      containerDefinitions: [
        {
          name: "app",
          image: `${REPOSITORY}:placeholder`,
          secrets: [{ name: "KEY", valueFrom: "arn:aws:ssm:eu-west-1:1:parameter/key" }],
          logConfiguration: {
            logDriver: "awslogs",
            options: { "awslogs-group": logGroup, "awslogs-stream-prefix": "web" },
          },
        },
        { name: "proxy", image: "envoy:1", essential: false },
      ],
    }),
  );
  await ecs.send(
    new CreateServiceCommand({
      cluster,
      serviceName: "rainbow",
      taskDefinition: family,
      desiredCount: 1,
      launchType: "FARGATE",
      loadBalancers: [{ targetGroupArn: targetGroup, containerName: "app", containerPort: 80 }],
    }),
  );
});

afterAll(() => clients.close());

const target = (n: number) => ({ Id: `10.0.0.${n}`, Port: 80 });

async function described(): Promise<Service> {
  const command = new DescribeServicesCommand({
    cluster,
    services: ["rainbow"],
    include: ["TAGS"],
  });
  const { services } = await ecs.send(command);
  return services?.[0] ?? {};
}

async function runs() {
  const { taskDefinition } = await described();
  return ecs.send(new DescribeTaskDefinitionCommand({ taskDefinition, include: ["TAGS"] }));
}

function expectServing(id: string, more: object = {}) {
  const { releaseId, artifact } = ecsDeployment(id, 0);
  const serving = {
    deploymentId: id,
    releaseId,
    digest: artifact.digest,
    tasksWanted: 1,
    tasksHealthy: 1,
    restarts: 0,
    ...more,
  };
  return expect.poll(() => runtime.observe(side), { timeout: 20_000 }).toMatchObject({ serving });
}

describe("a side on ECS, in the order of a day", () => {
  it("is empty before anything was deployed", async () => {
    await runtime.prepare(side);
    expect(await runtime.observe(side)).toEqual({});
    await expect(runtime.scale(side, 2)).rejects.toThrow(/Nothing is deployed/);
  });

  it("runs what is deployed, with the rest of its task definition as it was", async () => {
    await runtime.deploy(side, ecsDeployment("production-1", 1));
    await expectServing("production-1");
    const { taskDefinition, tags } = await runs();
    expect(taskDefinition).toMatchObject({
      family,
      cpu: "256",
      memory: "512",
      networkMode: "awsvpc",
      requiresCompatibilities: ["FARGATE"],
      containerDefinitions: [
        {
          name: "app",
          image: `${REPOSITORY}@${digestFor("production-1")}`,
          secrets: [{ name: "KEY" }],
          dockerLabels: { "verdigris.deployment": "production-1", "verdigris.revision": "1" },
        },
        { name: "proxy", image: "envoy:1" },
      ],
    });
    expect(tags).toEqual([{ key: "cost", value: "42" }]);
    expect((await described()).tags).toContainEqual({
      key: "verdigris:deployment",
      value: "1/production-1",
    });
  });

  it("runs the next one, and ignores an older one that comes late", async () => {
    await runtime.deploy(side, ecsDeployment("production-3", 3));
    await expectServing("production-3");
    await runtime.deploy(side, ecsDeployment("production-2", 2));
    expect(await runtime.observe(side)).toMatchObject({
      revision: 3,
      serving: { deploymentId: "production-3" },
    });
  });

  it("changes nothing when the same is asked for again", async () => {
    const before = await described();
    await runtime.deploy(side, ecsDeployment("production-3", 3));
    expect(await described()).toEqual(before);
  });

  it("is scaled", async () => {
    await runtime.scale(side, 3);
    await expectServing("production-3", { tasksWanted: 3, tasksHealthy: 3 });
    await elb.send(
      new DeregisterTargetsCommand({ TargetGroupArn: targetGroup, Targets: [target(3)] }),
    );
    await expectServing("production-3", { tasksWanted: 3, tasksHealthy: 2 });
    await runtime.scale(side, 1);
    await expectServing("production-3");
  });

  it("shows the last lines of its container", async () => {
    const logs = (await clients.client("logs", side.runsOn)) as CloudWatchLogsClient;
    await expect(runtime.logs(side, 10)).rejects.toThrow(/log group does not exist/);
    const stream = { logGroupName: logGroup, logStreamName: "web/app/1" };
    await logs.send(new CreateLogGroupCommand({ logGroupName: logGroup }));
    await logs.send(new CreateLogStreamCommand(stream));
    const logEvents = ["listening", "GET /health"].map((message, i) => ({
      timestamp: Date.now() + i,
      message,
    }));
    await logs.send(new PutLogEventsCommand({ ...stream, logEvents }));
    expect(await runtime.logs(side, 10)).toEqual(["listening", "GET /health"]);
  });

  it("is told as altered when somebody sets the service to their own task definition", async () => {
    const image = `${REPOSITORY}:theirs`;
    const containerDefinitions = [{ name: "app", image }];
    const { taskDefinition } = await ecs.send(
      new RegisterTaskDefinitionCommand({ family, containerDefinitions }),
    );
    const { taskDefinitionArn } = taskDefinition ?? {};
    await ecs.send(
      new UpdateServiceCommand({ cluster, service: "rainbow", taskDefinition: taskDefinitionArn }),
    );
    await expect
      .poll(async () => (await runtime.observe(side)).serving, { timeout: 20_000 })
      .toMatchObject({
        digest: image,
        altered: expect.stringMatching(
          new RegExp(`runs task definition ${family}:4, which Verdigris did not register`),
        ),
      });
  });

  it("runs what is deployed then", async () => {
    await runtime.deploy(side, ecsDeployment("production-4-blue", 4));
    await expectServing("production-4-blue");
    expect((await runtime.observe(side)).serving).not.toHaveProperty("altered");
  });
});

it("a service and a cluster that aren't there are told with what to check", async () => {
  const gone = { ...side, runsOn: { ...side.runsOn, service: "gone" } };
  await expect(runtime.observe(gone)).rejects.toThrow(
    new RegExp(`The service gone in the cluster ${cluster}.*no such ECS service`),
  );
  const nowhere = { ...side, runsOn: { ...side.runsOn, cluster: unique("nowhere") } };
  await expect(runtime.observe(nowhere)).rejects.toThrow(/no such ECS cluster.*Check its name/);
});
