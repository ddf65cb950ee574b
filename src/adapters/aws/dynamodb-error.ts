import { TableFault } from "../../ports/event-store.ts";
import type { AwsTroubleKind } from "./aws-errors.ts";
import { explainAwsError } from "./aws-errors.ts";

/** Answers of AWS that tell that it did nothing. */
const TURNED_AWAY: readonly AwsTroubleKind[] = [
  "denied",
  "missing",
  "throttled",
  "credentials",
  "clock",
];

/** DynamoDB didn't do what was asked, after the client's own retries; `cause` says why. */
export class DynamoDbRequestError extends TableFault {
  /** What was asked, with the log and the revision: `append to env#rainbow/test at revision 5`. */
  readonly request: string;
  readonly kind: AwsTroubleKind;

  constructor(request: string, cause: unknown, table: string) {
    const { kind, message } = explainAwsError(cause);
    const why =
      kind === "missing"
        ? `there is no table ${table}. \`verdigris init --aws\` makes it; or name another table, region or account.`
        : message;
    const effect = TURNED_AWAY.includes(kind)
      ? "Nothing was written."
      : "A write may or may not have taken effect; repeating the same call is safe and tells.";
    super(`DynamoDB didn't confirm: ${request}: ${why} ${effect}`, { cause });
    this.name = "DynamoDbRequestError";
    this.request = request;
    this.kind = kind;
  }
}
