import type { LambdaContext } from "hono/aws-lambda";
import type { FunctionEvent } from "./aws/function-handler.ts";
import { functionHandler } from "./aws/function-handler.ts";
import { functionGitHubLink } from "./aws/git-hub-secret.ts";
import { openAws } from "./aws/open-aws.ts";
import { awsSettings, listIn } from "./aws/settings.ts";
import { gitHubSweep } from "./git-hub.ts";
import { jsonLines } from "./operator-log.ts";
import { VERSION } from "./version.ts";

const log = jsonLines((line) => process.stdout.write(line));
const aws = await openAws(awsSettings({}, process.env), log);
const link = await functionGitHubLink(aws, process.env);
const showOnGitHub = gitHubSweep(link, aws.operator, aws.host);
const handle = functionHandler(aws, {
  version: VERSION,
  allowedHosts: listIn(process.env.VERDIGRIS_ALLOWED_HOSTS) ?? [],
  ...(link.webhookSecret === undefined ? {} : { githubWebhookSecret: link.webhookSecret }),
  ...(showOnGitHub ? { showOnGitHub } : {}),
});

/** What Lambda calls: see `functionHandler`. */
export function handler(event: FunctionEvent, context: LambdaContext) {
  return handle(event, context);
}
