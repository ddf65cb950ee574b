import type { LambdaContext } from "hono/aws-lambda";
import type { FunctionEvent } from "./aws/function-handler.ts";
import { functionHandler } from "./aws/function-handler.ts";
import { openAws } from "./aws/open-aws.ts";
import { awsSettings, listIn } from "./aws/settings.ts";
import { webhookSecret } from "./aws/webhook-secret.ts";
import { jsonLines } from "./operator-log.ts";

const log = jsonLines((line) => process.stdout.write(line));
const aws = await openAws(awsSettings({}, process.env), log);
const secret = await webhookSecret(aws, process.env);
const handle = functionHandler(aws, listIn(process.env.VERDIGRIS_ALLOWED_HOSTS) ?? [], secret);

/** What Lambda calls: see `functionHandler`. */
export function handler(event: FunctionEvent, context: LambdaContext) {
  return handle(event, context);
}
