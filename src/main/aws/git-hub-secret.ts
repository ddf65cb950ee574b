import { explainAwsError } from "../../adapters/aws/aws-errors.ts";
import { inTime } from "../../adapters/aws/clients.ts";
import { type GitHubLink, gitHubLink } from "../git-hub.ts";
import type { OpenedAws } from "./open-aws.ts";
import type { Environment } from "./settings.ts";

type Key = keyof typeof WITHOUT;
type Kept = { readonly [K in Key]?: string };

/** What a function is without when its secret doesn't hold it. */
const WITHOUT = {
  token: "nothing is shown on GitHub",
  webhookSecret: "webhooks of GitHub are refused",
} as const;

/**
 * The link with GitHub as the environment says it, and what that leaves out as the JSON of the Secrets
 * Manager secret that VERDIGRIS_GITHUB_SECRET_ARN names, `{"token":…,"webhookSecret":…}`: whoever may look at a
 * function sees its environment. No flip needs either, so what is wrong is only logged.
 */
export async function functionGitHubLink(
  aws: Pick<OpenedAws, "clients" | "settings" | "host">,
  env: Environment,
): Promise<GitHubLink> {
  const said = saidIn(env, aws.host);
  const { VERDIGRIS_GITHUB_SECRET_ARN: arn } = env;
  if (!arn || !said) return said ?? {};
  const missing = (["token", "webhookSecret"] as const).filter((key) => said[key] === undefined);
  return missing.length === 0 ? said : { ...(await keptIn(arn, missing, aws)), ...said };
}

/** Undefined where the address isn't one for a token: the secret's must not go to another. */
function saidIn(env: Environment, { log }: OpenedAws["host"]): GitHubLink | undefined {
  try {
    return gitHubLink(env);
  } catch (error) {
    log("error", `there is no link with GitHub: ${(error as Error).message}`);
    return undefined;
  }
}

async function keptIn(
  arn: string,
  missing: readonly Key[],
  { clients, settings, host }: Pick<OpenedAws, "clients" | "settings" | "host">,
): Promise<Kept> {
  try {
    const { GetSecretValueCommand } = await import("@aws-sdk/client-secrets-manager");
    const client = await clients.client("secrets", { region: settings.region });
    const command = new GetSecretValueCommand({ SecretId: arn });
    const kept = readSecret((await client.send(command, inTime())).SecretString);
    for (const key of missing) {
      if (kept[key] !== undefined) continue;
      host.log("error", `${WITHOUT[key]}: ${arn} holds no JSON with a text ${key}`);
    }
    return kept;
  } catch (error) {
    const what = missing.map((key) => WITHOUT[key]).join(" and ");
    host.log("error", `${what}: ${arn} can't be read: ${explainAwsError(error).message}`);
    return {};
  }
}

/** Never told of, whatever it is. */
function readSecret(text: string | undefined): Kept {
  try {
    const { token, webhookSecret } = Object(JSON.parse(text ?? "")) as Record<string, unknown>;
    return {
      ...(typeof token === "string" && token !== "" ? { token } : {}),
      ...(typeof webhookSecret === "string" && webhookSecret !== "" ? { webhookSecret } : {}),
    };
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}
