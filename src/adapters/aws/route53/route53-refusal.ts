import { type Fault, reasonOf } from "./route53-errors.ts";

/** What was asked of Route 53, and what it takes to be allowed to. */
export interface Asked {
  /** In words, after "didn't": `list the records of hosted zone Z123`. */
  readonly words: string;
  /** The IAM action. */
  readonly action: string;
  /** What comes after `arn:<partition>:route53:::`; `*` where a permission can't name one. */
  readonly resource: string;
  /** What a policy's conditions must allow, where it has any. */
  readonly conditions?: string;
}

/** Route 53 didn't answer a question, after the tries that were worth it. */
export class Route53RequestError extends Error {
  override readonly name = "Route53RequestError";
  readonly request: string;
  readonly fault: Fault["kind"];

  constructor(asked: Asked, fault: Fault, cause: unknown) {
    super(
      `Route 53 didn't ${asked.words}: ${reasonOf(fault)}. Nothing was changed. ${wayOut(asked, fault)}`,
      { cause },
    );
    this.request = asked.words;
    this.fault = fault.kind;
  }
}

/** What a person, or time, can do about it. */
export function wayOut(asked: Asked, fault: Fault): string {
  switch (fault.kind) {
    case "denied":
      return `Allow ${asked.action} on ${arnOf(asked.resource, fault.reason)} to the role that Verdigris uses for Route 53${asked.conditions ?? ""}.`;
    case "unauthenticated":
      return "Give Verdigris credentials that AWS takes, or another role to assume (VERDIGRIS_ZONE_ROLE).";
    case "no-such-zone":
      return "If the hosted zone was replaced, name the new one in VERDIGRIS_HOSTED_ZONES or control.hostedZones, where the old one is named; if it was deleted by mistake, make it again.";
    case "quota":
      return "Ask AWS for a higher quota (Service Quotas, Amazon Route 53), or delete what is not needed any more.";
    case "not-now":
    case "no-answer":
      return "It is tried again.";
    default:
      return "Mend what the message says.";
  }
}

/** The partition, `aws-cn` for example, is known from what AWS said was denied. */
function arnOf(resource: string, reason: string): string {
  if (resource === "*") return "*";
  const partition = /\barn:(aws[a-z-]*):/.exec(reason)?.[1] ?? "aws";
  return `arn:${partition}:route53:::${resource}`;
}
