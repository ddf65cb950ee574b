import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import type { IncomingHttpHeaders } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ECSClient } from "@aws-sdk/client-ecs";
import { afterAll, beforeAll, expect, it } from "vitest";
import { EcsService } from "./ecs-service.ts";
import { KnownTaskDefinitions } from "./known-task-definitions.ts";
import { ecsDeployment, ecsSide } from "./sides.fixture.ts";
import { registrationOf } from "./task-definition.ts";

const side = ecsSide("rainbow/production", "blue");
const ARN = "arn:aws:ecs:eu-west-1:123456789012:task-definition/rainbow:1";
const SECRET = "none";
const DATE = "Mon, 01 Jun 2026 10:00:00 GMT";

/** As ECS would answer after it got members that this program's SDK doesn't know. */
const TASK_DEFINITION = {
  taskDefinitionArn: ARN,
  family: "rainbow",
  revision: 1,
  status: "ACTIVE",
  registeredAt: 1_700_000_000.5,
  futureSetting: { nested: [1, { deep: true }] },
  containerDefinitions: [
    { name: "app", image: "old:1", futureLimit: { kind: "ünïcode", value: 1e-7 }, cpu: 0 },
  ],
  volumes: [{ name: "v", futureVolume: { size: 3 } }],
};

interface Received {
  readonly target: string;
  readonly body: string;
  readonly headers: IncomingHttpHeaders;
}

const received: Received[] = [];
const server = createServer((request, response) => {
  const chunks: Buffer[] = [];
  request.on("data", (chunk: Buffer) => chunks.push(chunk));
  request.on("end", () => {
    const body = Buffer.concat(chunks).toString("utf8");
    const { headers } = request;
    const target = String(headers["x-amz-target"]);
    received.push({ target, body, headers });
    response.sendDate = false;
    if (!body.includes("dateless")) response.setHeader("date", DATE);
    if (body.includes("missing")) {
      response.statusCode = 400;
      response.end('{"__type":"ClientException","message":"Unable to describe task definition."}');
    } else if (target.endsWith("DescribeServices")) {
      response.end('{"services":[{"serviceName":"rainbow","status":"ACTIVE"}]}');
    } else response.end(JSON.stringify({ taskDefinition: TASK_DEFINITION, tags: [] }));
  });
});
let client: ECSClient;

beforeAll(async () => {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  client = new ECSClient({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "eu-west-1",
    credentials: { accessKeyId: "none", secretAccessKey: SECRET },
    maxAttempts: 1,
  });
});

afterAll(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

const service = (cluster = "blue") =>
  new EcsService(client, { ...side.runsOn, cluster }, new KnownTaskDefinitions(10));

it("members that the SDK doesn't know come through when a task definition is described", async () => {
  const described = await service().taskDefinition(ARN);
  expect(described).toEqual({ taskDefinition: TASK_DEFINITION, tags: [] });
});

it("and go out when it is registered, in a request whose length and signature fit", async () => {
  const base = { taskDefinition: TASK_DEFINITION as object, tags: [] };
  const registration = registrationOf(base, "rainbow", "app", side, ecsDeployment("one", 1));
  await service().register(registration);
  const { target, body, headers } = received.at(-1) as Received;
  const sent = JSON.parse(body) as typeof TASK_DEFINITION;
  expect(target).toBe("AmazonEC2ContainerServiceV20141113.RegisterTaskDefinition");
  expect(sent).toMatchObject({
    family: "rainbow",
    futureSetting: TASK_DEFINITION.futureSetting,
    volumes: TASK_DEFINITION.volumes,
    containerDefinitions: [{ futureLimit: { kind: "ünïcode", value: 1e-7 }, cpu: 0 }],
  });
  expect(sent).not.toHaveProperty("taskDefinitionArn");
  expect(Number(headers["content-length"])).toBe(Buffer.byteLength(body));
  expect(headers.authorization).toMatch(new RegExp(`Signature=${signatureOf(headers, body)}$`));
});

it("a task definition that was deleted is told as not there", async () => {
  expect(await service().taskDefinition("missing:1")).toBeUndefined();
  await expect(service().newestOf("missing")).rejects.toThrow(
    "The task definition missing can't be looked at: ClientException: Unable to describe task definition.",
  );
});

it("ECS' own time is that of its answer, and isn't known where that has none", async () => {
  expect((await service().describe()).answeredAt).toBe(Date.parse(DATE));
  expect(await service("dateless").describe()).not.toHaveProperty("answeredAt");
});

/** By the rules of Signature Version 4 (IAM User Guide, "Create a signed AWS API request"). */
function signatureOf(headers: IncomingHttpHeaders, body: string): string {
  const [, scope = "", names = ""] =
    /Credential=[^/]+\/([^,]+), SignedHeaders=([^,]+)/.exec(headers.authorization ?? "") ?? [];
  const lines = names.split(";").map((name) => `${name}:${headers[name]}\n`);
  const hash = (text: string) => createHash("sha256").update(text).digest("hex");
  const request = ["POST", "/", "", lines.join(""), names, hash(body)].join("\n");
  const text = ["AWS4-HMAC-SHA256", headers["x-amz-date"], scope, hash(request)].join("\n");
  let key: string | Buffer = `AWS4${SECRET}`;
  for (const part of scope.split("/")) key = createHmac("sha256", key).update(part).digest();
  return createHmac("sha256", key).update(text).digest("hex");
}
