import { CreateSecretCommand, SecretsManagerClient } from "@aws-sdk/client-secrets-manager";
import { afterAll, beforeAll, expect, it } from "vitest";
import { Account } from "../../../test/aws/support/account.ts";
import { AwsClients } from "../../adapters/aws/clients.ts";
import type { OpenedAws } from "./open-aws.ts";
import { webhookSecret } from "./webhook-secret.ts";

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
  return webhookSecret({ clients, settings, host } as unknown as OpenedAws, env);
}

async function made(name: string, SecretString: string): Promise<string> {
  const { ARN = "" } = await secrets.send(new CreateSecretCommand({ Name: name, SecretString }));
  return ARN;
}

it("is what the environment says, before the secret that it names", async () => {
  const env = { VERDIGRIS_GITHUB_WEBHOOK_SECRET: "said", VERDIGRIS_GITHUB_SECRET_ARN: "arn:none" };
  expect(await read(env)).toBe("said");
  expect(await read({})).toBeUndefined();
});

it("is read from Secrets Manager", async () => {
  const arn = await made("github", JSON.stringify({ token: "t", webhookSecret: "kept" }));
  expect(await read({ VERDIGRIS_GITHUB_SECRET_ARN: arn })).toBe("kept");
  expect(logged).toEqual([]);
});

it("is missing, with the reason logged and nothing of the secret, where it can't be read", async () => {
  const arn = await made("other", "not-json-but-secret");
  expect(await read({ VERDIGRIS_GITHUB_SECRET_ARN: arn })).toBeUndefined();
  expect(logged).toEqual([
    `webhooks of GitHub are refused: ${arn} holds no JSON with a text webhookSecret`,
  ]);
  expect(await read({ VERDIGRIS_GITHUB_SECRET_ARN: `${arn}-gone` })).toBeUndefined();
  expect(logged[0]).toContain("can't be read: what was asked for isn't there");
});
