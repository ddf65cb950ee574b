import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { ListClustersCommand } from "@aws-sdk/client-ecs";
import { afterEach, beforeEach, expect, it, vi } from "vitest";
import type { AwsService } from "./clients.ts";
import { AwsClients, inTime } from "./clients.ts";

const servers: ReturnType<typeof createServer>[] = [];
const made: AwsClients[] = [];
/** `authorization` and `x-amz-security-token` of each request, with its body. */
let asked: { by: string; token: string | undefined; body: string }[] = [];

async function serve(answer: RequestListener): Promise<string> {
  const server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk: Buffer) => {
      body += chunk.toString();
    });
    request.on("end", () => {
      const { authorization = "", "x-amz-security-token": token } = request.headers;
      const by = /Credential=([^/]+)/.exec(authorization)?.[1] ?? "";
      asked.push({ by, token: token as string | undefined, body });
      answer(request, response);
    });
  });
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

function clients(): AwsClients {
  const own = new AwsClients();
  made.push(own);
  return own;
}

beforeEach(() => {
  asked = [];
  vi.stubEnv("AWS_ACCESS_KEY_ID", "AKIDCALLER");
  vi.stubEnv("AWS_SECRET_ACCESS_KEY", "secret");
  vi.stubEnv("AWS_SESSION_TOKEN", "");
});

afterEach(async () => {
  vi.unstubAllEnvs();
  for (const one of made.splice(0)) await one.close();
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  }
});

const place = { region: "eu-west-1" };

it("there is one client for each service, region and role", async () => {
  const own = clients();
  const services: AwsService[] = ["ecs", "elb", "cloudwatch", "logs", "route53"];
  const one = await Promise.all(services.map((service) => own.client(service, place)));
  expect(new Set(one).size).toBe(5);
  expect(await own.client("ecs", { ...place })).toBe(one[0]);
  expect(await own.client("ecs", { region: "eu-north-1" })).not.toBe(one[0]);
  expect(await own.client("ecs", { ...place, role: "arn:aws:iam::1:role/x" })).not.toBe(one[0]);
});

it("an endpoint of one's own is set by AWS_ENDPOINT_URL, and calls are signed with the caller's key", async () => {
  vi.stubEnv(
    "AWS_ENDPOINT_URL",
    await serve((_, response) => response.end('{"clusterArns":["a"]}')),
  );
  const ecs = await clients().client("ecs", place);
  expect(await ecs.send(new ListClustersCommand({}), inTime())).toMatchObject({
    clusterArns: ["a"],
  });
  expect(asked.map(({ by }) => by)).toEqual(["AKIDCALLER"]);
});

it("a role is assumed with the caller's credentials", async () => {
  const sts = await serve((_, response) => {
    response.setHeader("content-type", "text/xml");
    response.end(`<AssumeRoleResponse><AssumeRoleResult><Credentials>
      <AccessKeyId>AKIDROLE</AccessKeyId><SecretAccessKey>s</SecretAccessKey>
      <SessionToken>token</SessionToken><Expiration>2999-01-01T00:00:00Z</Expiration>
      </Credentials></AssumeRoleResult></AssumeRoleResponse>`);
  });
  vi.stubEnv("AWS_ENDPOINT_URL_STS", sts);
  vi.stubEnv("AWS_ENDPOINT_URL_ECS", await serve((_, response) => response.end("{}")));
  const ecs = await clients().client("ecs", { ...place, role: "arn:aws:iam::2:role/blue" });
  await ecs.send(new ListClustersCommand({}), inTime());
  await ecs.send(new ListClustersCommand({}), inTime());
  expect(asked.map(({ by, token }) => ({ by, token }))).toEqual([
    { by: "AKIDCALLER", token: undefined },
    { by: "AKIDROLE", token: "token" },
    { by: "AKIDROLE", token: "token" },
  ]);
  expect(decodeURIComponent(asked[0]?.body ?? "")).toContain("RoleArn=arn:aws:iam::2:role/blue");
});

it("a call that isn't answered is given up at its deadline, its attempts and pauses included", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL", await serve(() => undefined));
  const ecs = await clients().client("ecs", place);
  await expect(ecs.send(new ListClustersCommand({}), inTime(100))).rejects.toMatchObject({
    name: expect.stringMatching(/^(AbortError|TimeoutError)$/),
  });
});

it("an error of the service is tried again, three times in all", async () => {
  vi.stubEnv("AWS_ENDPOINT_URL", await serve((_, response) => response.writeHead(500).end("{}")));
  const ecs = await clients().client("ecs", place);
  await expect(ecs.send(new ListClustersCommand({}), inTime())).rejects.toThrow();
  expect(asked).toHaveLength(3);
});

it("after the end no client is made", async () => {
  const own = clients();
  await own.client("ecs", place);
  await own.close();
  await expect(own.client("ecs", place)).rejects.toThrow(
    "No client for ecs is made after the end.",
  );
});
