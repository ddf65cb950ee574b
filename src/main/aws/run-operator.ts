import { isIP } from "node:net";
import { EXIT, type ExitCode, Problem } from "../../cli/problem.ts";
import type { Call } from "../../cli/verb.ts";
import { startHttp } from "../../http/start-http.ts";
import { asProblem } from "../as-problem.ts";
import { gitHubLink, showOnGitHub } from "../git-hub.ts";
import { jsonLines } from "../operator-log.ts";
import { untilStopped } from "../verbs/until-stopped.ts";
import { VERSION } from "../version.ts";
import { openAws } from "./open-aws.ts";
import { awsSettings, listIn } from "./settings.ts";

export interface AwsOperatorFlags {
  readonly table?: string;
  readonly region?: string;
  readonly host?: string;
  readonly apiPort?: number;
  readonly allowHost?: readonly string[];
}

const API_PORT = 7420;
/** ECS sends SIGKILL 30 s after SIGTERM unless the task definition says otherwise (`stopTimeout`). */
const STOP_WITHIN_MS = 10_000;

/** The operator of a table on AWS, in the foreground until it is stopped. Its log is on standard error. */
export async function runAwsOperator(call: Call, flags: AwsOperatorFlags): Promise<ExitCode> {
  const { terminal, env } = call;
  const { host: address = "127.0.0.1", apiPort: port = API_PORT, table, region } = flags;
  if (isIP(address) === 0) {
    throw new Problem(
      "usage",
      `--host: "${address}" is not an IP address; write for example 0.0.0.0`,
    );
  }
  const link = gitHubLink(env);
  const settings = awsSettings({ ...(table ? { table } : {}), ...(region ? { region } : {}) }, env);
  const aws = await openAws(
    settings,
    jsonLines((line) => process.stderr.write(line)),
  );
  try {
    const ready = await aws.operator.ready();
    if (!ready.ok) throw new Problem("failed", `${ready.reason} Nothing was started.`);
    const http = await startHttp({
      operator: aws.operator,
      parseConfiguration: (app, text) => aws.read(app, text),
      host: address,
      port,
      version: VERSION,
      log: aws.host.log,
      newId: aws.host.newId,
      allowedHosts: flags.allowHost ?? listIn(env.VERDIGRIS_ALLOWED_HOSTS) ?? [],
      ...(link.webhookSecret ? { githubWebhookSecret: link.webhookSecret } : {}),
    });
    const showing = new AbortController();
    const shown = showOnGitHub(link, aws.operator, aws.host, showing.signal);
    try {
      aws.operator.start();
      const where = { api: http.url, table: settings.table, region: settings.region };
      if (terminal.json) terminal.document(where);
      else terminal.say(`The operator of table ${settings.table} is up: ${http.url}/`);
      await untilStopped(call.signal);
    } finally {
      showing.abort();
      await shown;
      await http.stop(STOP_WITHIN_MS);
      await aws.operator.stop();
    }
  } catch (error) {
    throw asProblem(error);
  } finally {
    await aws.close();
  }
  terminal.say("", "The operator has stopped. The app goes on being served.");
  return EXIT.done;
}
