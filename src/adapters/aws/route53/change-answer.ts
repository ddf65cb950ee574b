import type { RecordChange } from "../../../domain/records.ts";
import type { ZoneAnswer } from "../../../ports/traffic-zone.ts";
import { batchFaults } from "./batch-messages.ts";
import type { HostedZone } from "./choose-zone.ts";
import { type Fault, reasonOf } from "./route53-errors.ts";
import { type Asked, type Route53RequestError, wayOut } from "./route53-refusal.ts";

/** What became of a change that Route 53 did not accept. */
export type NotAccepted = Exclude<ZoneAnswer, { kind: "accepted" }>;

const WHOLE_BATCH = "Nothing was changed.";

/** The answer to a change that failed so. */
export function answerToChange(fault: Fault, change: RecordChange, zone: HostedZone): NotAccepted {
  const asked: Asked = {
    words: `change the records of hosted zone ${zone.id} (${zone.name})`,
    action: "route53:ChangeResourceRecordSets",
    resource: `hostedzone/${zone.id}`,
    conditions: `, for ${namesOf(change).join(" and ")}, types A, AAAA and TXT, actions CREATE and DELETE where its policy has conditions`,
  };
  const said = `Route 53 didn't ${asked.words}: ${reasonOf(fault)}.`;
  switch (fault.kind) {
    case "invalid-batch":
      return answerToBatch(fault.text, change, zone);
    case "not-now":
      return { kind: "unavailable", reason: `${said} ${WHOLE_BATCH}` };
    case "no-answer":
      return {
        kind: "unavailable",
        reason: `${said} It may have been changed all the same; the next try finds out.`,
      };
    default:
      return { kind: "forbidden", reason: `${said} ${WHOLE_BATCH} ${wayOut(asked, fault)}` };
  }
}

/** The answer when the zone itself couldn't be found out. */
export function answerToQuestion({ fault, message }: Route53RequestError): NotAccepted {
  const isPassing = fault === "not-now" || fault === "no-answer";
  return { kind: isPassing ? "unavailable" : "forbidden", reason: message };
}

/**
 * Refused as soon as a look may tell more: it shows whose change came first, and what is left of
 * the batch's faults comes up again. What no look shows would be tried for ever, and is forbidden.
 */
function answerToBatch(text: string, change: RecordChange, zone: HostedZone): NotAccepted {
  const { mismatches, rest } = batchFaults(text, change);
  if (mismatches.length > 0) {
    const reasons = [...mismatches.map(({ reason }) => reason), ...(rest ? [rest] : [])];
    const records = mismatches.flatMap(({ keys, reason }) => keys.map((key) => ({ key, reason })));
    return {
      kind: "refused",
      reason: `${reasons.join("; ")}. ${WHOLE_BATCH}`,
      ...(records.length > 0 && { records }),
    };
  }
  const said = `Route 53 can't change hosted zone ${zone.id} (${zone.name}) so: ${rest || "it didn't say why"}.`;
  return { kind: "forbidden", reason: `${said} ${WHOLE_BATCH} ${wayOutOf(rest)}` };
}

function wayOutOf(text: string): string {
  if (/protect/i.test(text)) {
    return "Delete the record set protections of these names and types (DeleteResourceRecordSetProtections, or Route 53's console), then resume.";
  }
  if (/alias/i.test(text)) {
    return "Check that the load balancer is still there; when it was replaced, apply the configuration again, so that its new name is known.";
  }
  if (/limit/i.test(text)) {
    return "Delete records that are not needed any more, or ask AWS for a higher quota (Service Quotas, Amazon Route 53), then resume.";
  }
  return "Mend what the message says, then resume.";
}

function namesOf({ remove, add }: RecordChange): readonly string[] {
  return [...new Set([...remove, ...add].map(({ name }) => name))];
}
