import { explainAwsError } from "../../adapters/aws/aws-errors.ts";
import { inTime } from "../../adapters/aws/clients.ts";
import type { OpenedAws } from "./open-aws.ts";
import type { Environment } from "./settings.ts";

/**
 * The secret by which GitHub signs its webhooks: VERDIGRIS_GITHUB_WEBHOOK_SECRET, or `webhookSecret` in the
 * JSON of the Secrets Manager secret that VERDIGRIS_GITHUB_SECRET_ARN names, since whoever may look at a
 * function sees its environment. Without one every delivery is refused, so what is wrong is only logged.
 */
export async function webhookSecret(
  { clients, settings, host }: Pick<OpenedAws, "clients" | "settings" | "host">,
  env: Environment,
): Promise<string | undefined> {
  const { VERDIGRIS_GITHUB_WEBHOOK_SECRET: said, VERDIGRIS_GITHUB_SECRET_ARN: arn } = env;
  if (said || !arn) return said || undefined;
  const without = "webhooks of GitHub are refused";
  try {
    const { GetSecretValueCommand } = await import("@aws-sdk/client-secrets-manager");
    const client = await clients.client("secrets", { region: settings.region });
    const { SecretString } = await client.send(
      new GetSecretValueCommand({ SecretId: arn }),
      inTime(),
    );
    const secret = readSecret(SecretString);
    if (secret === undefined) {
      host.log("error", `${without}: ${arn} holds no JSON with a text webhookSecret`);
    }
    return secret;
  } catch (error) {
    host.log("error", `${without}: ${arn} can't be read: ${explainAwsError(error).message}`);
    return undefined;
  }
}

/** Never told of, whatever it is. */
function readSecret(text: string | undefined): string | undefined {
  try {
    const { webhookSecret } = Object(JSON.parse(text ?? "")) as {
      readonly webhookSecret?: unknown;
    };
    return typeof webhookSecret === "string" && webhookSecret !== "" ? webhookSecret : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
