import type { Stack } from "aws-cdk-lib";
import { type Resource, resources, text } from "./stacks.ts";

/** A statement of a policy, with lists where IAM allows a single value, and references as text. */
export interface Statement {
  readonly sid: string;
  readonly actions: string[];
  readonly resources: string[];
  readonly condition: unknown;
}

interface RawStatement {
  readonly Sid?: string;
  readonly Action: string | string[];
  readonly Resource: unknown;
  readonly Condition?: unknown;
}

/** All statements of all policies of a stack. */
export function statements(stack: Stack): Statement[] {
  return Object.values(resources(stack, "AWS::IAM::Policy")).flatMap(statementsOf);
}

/** The statements of one policy. */
export function statementsOf(policy: Resource): Statement[] {
  const raw: RawStatement[] = policy.Properties.PolicyDocument.Statement;
  return raw.map((statement) => ({
    sid: statement.Sid ?? "",
    actions: [statement.Action].flat(),
    resources: [statement.Resource].flat().map(text),
    condition: plain(statement.Condition),
  }));
}

/** A condition with its references as text. */
function plain(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(plain);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value);
  return entries.length === 1 && /^(Ref|Fn::)/.test(entries[0]?.[0] ?? "")
    ? text(value)
    : Object.fromEntries(entries.map(([key, inner]) => [key, plain(inner)]));
}
