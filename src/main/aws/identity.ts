import type { AwsClients } from "../../adapters/aws/clients.ts";
import { inTime } from "../../adapters/aws/clients.ts";

/** Whom AWS takes a process for. */
export interface Identity {
  readonly arn: string;
  readonly account: string;
  /** How far this machine's clock is ahead of AWS's; negative behind it. To about a second. */
  readonly aheadSeconds: number;
}

/** Asks STS, which anybody may whom AWS knows (STS API, GetCallerIdentity). */
export async function identify(clients: AwsClients, region: string): Promise<Identity> {
  const { GetCallerIdentityCommand } = await import("@aws-sdk/client-sts");
  const sts = await clients.client("sts", { region });
  const command = new GetCallerIdentityCommand({});
  let aheadSeconds = 0;
  command.middlewareStack.add(
    (next) => async (args) => {
      const answer = await next(args);
      const { headers } = answer.response as { readonly headers?: { readonly date?: string } };
      const theirs = Date.parse(headers?.date ?? "");
      if (Number.isFinite(theirs)) aheadSeconds = (Date.now() - theirs) / 1000;
      return answer;
    },
    { step: "deserialize", priority: "low", name: "readTheirClock" },
  );
  const { Arn = "", Account = "" } = await sts.send(command, inTime());
  return { arn: Arn, account: Account, aheadSeconds };
}
