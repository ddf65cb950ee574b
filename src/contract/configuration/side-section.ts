import { z } from "zod";
import { line, loopbackAddress, region, roleArn, text, wholeNumber } from "./scalars.ts";
import { section } from "./section.ts";

const address = () =>
  loopbackAddress().exactOptional().meta({
    description:
      "Where the side's load balancer listens: a loopback address of its own. Chosen when left out.",
  });

const port = () =>
  wholeNumber("The port at that address. Chosen when left out.", 1, 65_535).exactOptional();

const processSide = section({
  runtime: z.literal("process").meta({ description: "Processes on the operator's machine." }),
  address: address(),
  port: port(),
}).meta({
  id: "side-process",
  title: "A side of processes",
  description: "Tasks are processes on one machine, behind a load balancer of the local cloud.",
});

const dockerSide = section({
  runtime: z.literal("docker").meta({ description: "Containers on the operator's machine." }),
  address: address(),
  port: port(),
}).meta({
  id: "side-docker",
  title: "A side of containers",
  description: "Tasks are containers on one machine, behind a load balancer of the local cloud.",
});

const ecsSide = section({
  runtime: z.literal("ecs").meta({ description: "An ECS service behind a load balancer." }),
  cluster: line("the name of an ECS cluster").meta({
    description: "The ECS cluster: each side has one of its own.",
  }),
  service: line("the name of an ECS service").meta({
    description: "The service in that cluster.",
  }),
  loadBalancer: text(
    /^arn:aws[a-z-]*:elasticloadbalancing:[a-z0-9-]+:\d{12}:loadbalancer\/(?:app|net)\/[A-Za-z0-9-]+\/[A-Za-z0-9]+$/,
    "the ARN of an application or network load balancer; write for example arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/rainbow-blue/0123456789abcdef",
  ).meta({ description: "The ARN of the load balancer to which the side's record points." }),
  container: line("the name of a container").exactOptional().meta({
    description:
      "The container of the task definition that gets the image. Needed where there are several.",
  }),
  taskDefinition: text(/^[A-Za-z0-9_-]{1,255}$/, "a family; write its name without a revision")
    .exactOptional()
    .meta({
      description:
        "The family whose newest revision is the base of each deployment; the service's own task definition when left out.",
    }),
  region: region().exactOptional().meta({
    description: "The AWS region of the side; that of its load balancer when left out.",
  }),
  role: roleArn().exactOptional().meta({
    description: "The ARN of a role to assume for this side, for example in another account.",
  }),
}).meta({
  id: "side-ecs",
  title: "A side on ECS",
  description: "Tasks are an ECS service with a cluster and a load balancer of its own.",
});

/** One whole set of infrastructure. */
export const sideSection = z.discriminatedUnion("runtime", [processSide, ecsSide, dockerSide]);
