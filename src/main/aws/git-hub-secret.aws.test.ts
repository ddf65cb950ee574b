import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Account } from "../../../test/aws/support/account.ts";
import { AwsClients } from "../../adapters/aws/clients.ts";
import { functionGitHubLink } from "./git-hub-secret.ts";
import type { OpenedAws } from "./open-aws.ts";

const account = new Account();
const logged: string[] = [];
let clients: AwsClients;
let secrets: SecretsManagerClient;

beforeAll(() => {
  Object.assign(process.env, account.environment());
  clients = new AwsClients();
  const { endpoint, region, id: accessKeyId } = account;
  const credentials = { accessKeyId, secretAccessKey: "test" };
  secrets = new SecretsManagerClient({ endpoint, region, credentials });
});

afterAll(async () => {
  secrets.destroy();
  await clients.close();
  account.close();
});

function read(env: Readonly<Record<string, string>>) {
  logged.length = 0;
  const host = { log: (_: unknown, message: string) => logged.push(message) };
  const settings = { table: "verdigris", region: account.region };
  return functionGitHubLink({ clients, settings, host } as unknown as OpenedAws, env);
}

async function made(name: string, SecretString: string): Promise<string> {
  const { ARN = "" } = await secrets.send(new CreateSecretCommand({ Name: name, SecretString }));
  return ARN;
}

it("is what the environment says, before the secret that it names", async () => {
  const said = { VERDIGRIS_GITHUB_WEBHOOK_SECRET: "said", VERDIGRIS_GITHUB_TOKEN: "mine" };
  const link = { webhookSecret: "said", token: "mine" };
  expect(await read({ ...said, VERDIGRIS_GITHUB_SECRET_ARN: "arn:none" })).toEqual(link);
  expect(await read({})).toEqual({});
  const arn = await made("beside", JSON.stringify({ token: "t", webhookSecret: "kept" }));
  const mixed = { VERDIGRIS_GITHUB_TOKEN: "mine", VERDIGRIS_GITHUB_SECRET_ARN: arn };
  expect(await read(mixed)).toEqual({ token: "mine", webhookSecret: "kept" });
  expect(logged).toEqual([]);
});

it("is read from Secrets Manager", async () => {
  const arn = await made("github", JSON.stringify({ token: "t", webhookSecret: "kept" }));
  expect(await read({ VERDIGRIS_GITHUB_SECRET_ARN: arn })).toEqual({
    token: "t",
    webhookSecret: "kept",
  });
  expect(logged).toEqual([]);
});

it("is missing, with the reason logged and nothing of the secret, where it can't be read", async () => {
  const arn = await made("other", "not-json-but-secret");
  expect(await read({ VERDIGRIS_GITHUB_SECRET_ARN: arn })).toEqual({});
  expect(logged).toEqual([
    `nothing is shown on GitHub: ${arn} holds no JSON with a text token`,
    `webhooks of GitHub are refused: ${arn} holds no JSON with a text webhookSecret`,
  ]);
  expect(await read({ VERDIGRIS_GITHUB_SECRET_ARN: `${arn}-gone` })).toEqual({});
  expect(logged[0]).toContain("can't be read: what was asked for isn't there");
});

it("is none, with the reason logged, where the address is not one for a token", async () => {
  const env = { VERDIGRIS_GITHUB_TOKEN: "mine", VERDIGRIS_GITHUB_URL: "http://github.example.com" };
  expect(await read(env)).toEqual({});
  expect(logged).toEqual([expect.stringContaining("is not an https address")]);
  const arn = await made("enterprise", JSON.stringify({ token: "t", webhookSecret: "kept" }));
  expect(await read({ ...env, VERDIGRIS_GITHUB_SECRET_ARN: arn })).toEqual({});
});

it("is told to lack only what the environment doesn't say either", async () => {
  const arn = await made("half", JSON.stringify({ webhookSecret: "kept" }));
  const env = { VERDIGRIS_GITHUB_TOKEN: "mine", VERDIGRIS_GITHUB_SECRET_ARN: arn };
  expect(await read(env)).toEqual({ token: "mine", webhookSecret: "kept" });
  expect(logged).toEqual([]);
});
