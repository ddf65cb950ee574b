import { TableFault } from "../../ports/event-store.ts";

/** DynamoDB didn't do what was asked, after the client's own retries; `cause` says why. */
export class DynamoDbRequestError extends TableFault {
  /** What was asked, with the log and the revision: `append to env#rainbow/test at revision 5`. */
  readonly request: string;

  constructor(request: string, cause: unknown) {
    const reason = cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause);
    super(
      `DynamoDB didn't confirm: ${request} (${reason}). ` +
        "A write may or may not have taken effect; repeating the same call is safe and tells.",
      { cause },
    );
    this.name = "DynamoDbRequestError";
    this.request = request;
  }
}
