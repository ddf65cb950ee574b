import { explainAwsError } from "../../adapters/aws/aws-errors.ts";
import { TableUnfit } from "../../adapters/aws/dynamodb-table.ts";
import { Problem } from "../../cli/problem.ts";

/** What AWS says no to, as the command line reports it; anything unexpected stays as it is. */
export function asAwsProblem(error: unknown): unknown {
  if (error instanceof Problem) return error;
  if (error instanceof TableUnfit) return new Problem("failed", error.message);
  const { kind, message } = explainAwsError(error);
  return kind === "other" ? error : new Problem("failed", message);
}
