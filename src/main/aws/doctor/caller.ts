import { explainAwsError } from "../../../adapters/aws/aws-errors.ts";
import type { Finding } from "../../../cli/finding.ts";
import { callerName } from "../caller-name.ts";
import type { OpenedAws } from "../open-aws.ts";

/** AWS refuses requests whose time is five minutes or more away from its own (IAM User Guide, SigV4). */
const REFUSED_SECONDS = 300;
/** Well before that. */
const WORRYING_SECONDS = 30;

export interface Caller {
  /** Absent where AWS doesn't know the caller: then nothing else can be asked. */
  readonly arn?: string;
  readonly findings: readonly Finding[];
}

/** Whom AWS takes the caller for, and whether the machine's clock agrees with AWS's. */
export async function checkCaller(aws: OpenedAws): Promise<Caller> {
  try {
    const { arn, account, aheadSeconds } = await aws.identity();
    const known = { ok: true, what: `AWS knows you as ${callerName(arn)} in account ${account}` };
    return { arn, findings: [known, checkClock(aheadSeconds)] };
  } catch (error) {
    const { message } = explainAwsError(error);
    return { findings: [{ ok: false, what: "AWS doesn't know you", mend: message }] };
  }
}

export function checkClock(aheadSeconds: number): Finding {
  const away = Math.round(Math.abs(aheadSeconds));
  if (away < WORRYING_SECONDS) return { ok: true, what: "the clock agrees with AWS's" };
  return {
    ok: false,
    what: `the clock is ${away} s ${aheadSeconds > 0 ? "ahead of" : "behind"} AWS's, which refuses requests from ${REFUSED_SECONDS} s on`,
    mend: "Set it by NTP: timedatectl set-ntp true",
  };
}
