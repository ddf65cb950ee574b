import type { DescribeTargetHealthCommand } from "@aws-sdk/client-elastic-load-balancing-v2";
import type { EcsSide, SideName } from "../../../domain/configuration.ts";
import type { Side, SideDeployment } from "../../../ports/side-runtime.ts";
import { ManualClock } from "../../memory/manual-clock.ts";
import type { Clients } from "../clients.ts";
import type { TaskFate } from "./ecs.fixture.ts";
import { FakeEcs } from "./ecs.fixture.ts";
import { EcsSideRuntime } from "./ecs-side-runtime.ts";

export const REPOSITORY = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/rainbow";

/** A side whose cluster is `<app>-<side>` and whose service is `rainbow`. */
export function ecsSide(
  environment: string,
  side: SideName,
  more: Partial<EcsSide> = {},
): Side & { readonly runsOn: EcsSide } {
  const cluster = `${environment.replace("/", "-")}-${side}`;
  const arn = `arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/${cluster}/50dc6c495c0c9188`;
  return {
    environment,
    side,
    runsOn: {
      runtime: "ecs",
      region: "eu-west-1",
      cluster,
      service: "rainbow",
      loadBalancer: {
        arn,
        dnsName: `${cluster}.elb.amazonaws.com`,
        zone: "Z32O12XQLNTSW2",
        dualStack: false,
      },
      ...more,
    },
  };
}

/** Letters of the id as the digest's hexadecimal, so that each id has an image of its own. */
export function digestFor(id: string): string {
  return `sha256:${Buffer.from(id).toString("hex").padEnd(64, "0")}`;
}

export function ecsDeployment(id: string, revision: number, more: Partial<SideDeployment> = {}) {
  return {
    id,
    revision,
    releaseId: `release-of-${id}`,
    artifact: { digest: digestFor(id), location: `${REPOSITORY}:latest` },
    process: { start: "", healthPath: "/health", tasks: 1, environment: {}, graceSeconds: 30 },
    healthTimeoutSeconds: 600,
    ...more,
  } satisfies SideDeployment;
}

/** As an operator's template has it, before Verdigris. */
export const TEMPLATE = {
  family: "rainbow",
  containerDefinitions: [
    {
      name: "app",
      image: `${REPOSITORY}:placeholder`,
      essential: true,
      dockerLabels: { team: "colours" },
      logConfiguration: {
        logDriver: "awslogs" as const,
        options: { "awslogs-group": "/rainbow", "awslogs-stream-prefix": "web" },
      },
    },
  ],
  executionRoleArn: "arn:aws:iam::123456789012:role/rainbow-execution",
  memory: "512",
};

/** A runtime over a fake of ECS with the sides blue and green of rainbow/production. */
export function openEcs(options: Parameters<FakeEcs["createService"]>[2] = {}) {
  const clock = new ManualClock(Date.UTC(2026, 5, 1));
  const ecs = new FakeEcs(clock);
  const [blue, green] = (["blue", "green"] as const).map((name) =>
    ecsSide("rainbow/production", name),
  ) as [ReturnType<typeof ecsSide>, ReturnType<typeof ecsSide>];
  const unknown = ecsSide("rainbow/other", "main");
  for (const { runsOn } of [blue, green, unknown]) {
    const family = `${runsOn.cluster}-rainbow`;
    ecs.createService(nameOf(runsOn), ecs.register({ ...TEMPLATE, family }), options);
  }
  const told: string[] = [];
  const logLines: { timestamp: number; message: string }[] = [];
  /** Set to what asking for health of targets is answered with instead. */
  const elb: { error?: Error } = {};
  const clients: Clients = {
    client: async (service) => {
      const fakes = {
        ecs: ecs.client,
        elb: {
          send: ({ input }: DescribeTargetHealthCommand) => health(input.TargetGroupArn ?? ""),
        },
        logs: { send: async () => ({ events: logLines }) },
      };
      return Reflect.get(fakes, service);
    },
  };
  async function health(group: string) {
    if (elb.error) throw elb.error;
    const healthy = ecs.healthyTasks(group.replace(/^tg-/, ""));
    const one = (State: string) => ({ TargetHealth: { State } });
    return { TargetHealthDescriptions: [...Array(healthy).fill(one("healthy")), one("draining")] };
  }
  const another = () =>
    new EcsSideRuntime({ clients, clock, log: (_, message) => told.push(message) });
  return { clock, ecs, elb, logLines, told, blue, green, unknown, runtime: another(), another };
}

/** The key of a side's service in the fake. */
export function nameOf({ cluster, service }: Pick<EcsSide, "cluster" | "service">): string {
  return `${cluster}/${service}`;
}

export type { TaskFate };
