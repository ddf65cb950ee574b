import { describe, expect, it } from "vitest";
import type { RecordChange, RecordSet } from "../../../domain/records.ts";
import type { ZoneAnswer } from "../../../ports/traffic-zone.ts";
import { faults } from "./fake-route53.fixture.ts";
import { fakeZone, within, ZONE } from "./route53.fixture.ts";

const A: RecordSet = {
  name: "rainbow.example.com",
  type: "A",
  set: { id: "blue", weight: 100 },
  ttlSeconds: 60,
  values: ["192.0.2.1"],
};
const FENCE: RecordSet = {
  name: "_verdigris.rainbow.example.com",
  type: "TXT",
  ttlSeconds: 60,
  values: ["revision=1"],
};
const CHANGE: RecordChange = { remove: [], add: [A, FENCE] };

const DIDNT = `Route 53 didn't change the records of hosted zone ${ZONE} (example.com): `;
const ARN = `arn:aws:route53:::hostedzone/${ZONE}`;
const CONDITIONS =
  "for rainbow.example.com and _verdigris.rainbow.example.com, types A, AAAA and TXT, actions CREATE and DELETE where its policy has conditions";

/** The answer to a change whose request fails so. */
async function answerTo(error: () => Error, change = CHANGE): Promise<ZoneAnswer> {
  const { zone, zones, route53, clock } = fakeZone();
  await zones.find(A.name);
  route53.failNext(error);
  const answer = await within(clock, 60_000, zone.apply(change));
  expect(route53.sets(ZONE)).toEqual([]);
  expect(route53.requests.filter((one) => one.startsWith("Change"))).toHaveLength(1);
  return answer;
}

const answer = faults.answer;

describe("a change that Route 53 doesn't make now", () => {
  it.each<[string, () => Error, string]>([
    [
      "ThrottlingException",
      faults.throttling,
      "throttled (ThrottlingException: Rate exceeded). Nothing was changed.",
    ],
    [
      "Throttling",
      () => answer("Throttling", "Rate exceeded"),
      "throttled (Throttling: Rate exceeded). Nothing was changed.",
    ],
    [
      "429",
      () => answer("Unknown", "slow down", 429),
      "throttled (Unknown: slow down). Nothing was changed.",
    ],
    [
      "PriorRequestNotComplete",
      faults.priorRequest,
      "another change of the hosted zone is being processed. Nothing was changed.",
    ],
    [
      "ExpiredToken",
      () => answer("ExpiredTokenException", "expired", 403),
      "ExpiredTokenException: expired. Nothing was changed.",
    ],
    [
      "a clock that is wrong",
      () =>
        answer("SignatureDoesNotMatch", "Signature expired: 20260101T000000Z is now earlier", 403),
      "SignatureDoesNotMatch: Signature expired: 20260101T000000Z is now earlier. Nothing was changed.",
    ],
    [
      "no credentials",
      () => answer("CredentialsProviderError", "Could not load credentials from any providers"),
      "CredentialsProviderError: Could not load credentials from any providers. Nothing was changed.",
    ],
  ])(
    "for %s is unavailable, and it is known that nothing changed",
    async (_what, error, reason) => {
      expect(await answerTo(error)).toEqual({ kind: "unavailable", reason: DIDNT + reason });
    },
  );

  it.each<[string, () => Error, string]>([
    ["500", () => answer("InternalFailure", "We failed", 500), "InternalFailure: We failed"],
    ["503", () => answer("Unknown", "", 503), "Unknown"],
    [
      "a broken connection",
      () => faults.connection("ECONNRESET"),
      "Error: ECONNRESET 203.0.113.1:443",
    ],
    ["no such host", () => faults.connection("ENOTFOUND"), "Error: ENOTFOUND 203.0.113.1:443"],
    [
      "an aborted request",
      () => answer("AbortError", "Request aborted"),
      "AbortError: Request aborted",
    ],
  ])("for %s is unavailable, and may have been made", async (_what, error, told) => {
    expect(await answerTo(error)).toEqual({
      kind: "unavailable",
      reason: `${DIDNT}${told}. It may have been changed all the same; the next try finds out.`,
    });
  });
});

describe("a change that a person must make possible", () => {
  it.each<[string, () => Error, string]>([
    [
      "AccessDenied",
      () =>
        answer(
          "AccessDenied",
          "User: u is not authorized to perform: route53:ChangeResourceRecordSets",
          403,
        ),
      `AccessDenied: User: u is not authorized to perform: route53:ChangeResourceRecordSets. Nothing was changed. Allow route53:ChangeResourceRecordSets on ${ARN} to the role that Verdigris uses for Route 53, ${CONDITIONS}.`,
    ],
    [
      "AccessDenied in another partition",
      () =>
        answer("AccessDeniedException", "on resource: arn:aws-cn:route53:::hostedzone/Z1.", 403),
      `AccessDeniedException: on resource: arn:aws-cn:route53:::hostedzone/Z1. Nothing was changed. Allow route53:ChangeResourceRecordSets on ${ARN.replace("aws", "aws-cn")} to the role that Verdigris uses for Route 53, ${CONDITIONS}.`,
    ],
    [
      "credentials that AWS doesn't know",
      () => answer("InvalidClientTokenId", "The security token is invalid.", 403),
      "InvalidClientTokenId: The security token is invalid. Nothing was changed. Give Verdigris credentials that AWS takes, or another role to assume (VERDIGRIS_ZONE_ROLE).",
    ],
    [
      "InvalidInput",
      () => answer("InvalidInput", "Invalid XML"),
      "InvalidInput: Invalid XML. Nothing was changed. Mend what the message says.",
    ],
    [
      "LimitsExceeded",
      () => answer("LimitsExceeded", "too many"),
      "LimitsExceeded: too many. Nothing was changed. Ask AWS for a higher quota (Service Quotas, Amazon Route 53), or delete what is not needed any more.",
    ],
    [
      "NoSuchHostedZone",
      () => answer("NoSuchHostedZone", "No hosted zone found", 404),
      "the hosted zone does not exist. Nothing was changed. If the hosted zone was replaced, name the new one in VERDIGRIS_HOSTED_ZONES or control.hostedZones, where the old one is named; if it was deleted by mistake, make it again.",
    ],
  ])("for %s is forbidden", async (_what, error, reason) => {
    expect(await answerTo(error)).toEqual({ kind: "forbidden", reason: DIDNT + reason });
  });

  it.each([
    [
      "a record set protection",
      "The record set rainbow.example.com. A is protected: ask the platform team",
      "Delete the record set protections of these names and types (DeleteResourceRecordSetProtections, or Route 53's console), then resume.",
    ],
    [
      "a load balancer that is gone",
      "Tried to create an alias that targets blue.elb.amazonaws.com., type A in zone Z32O12XQLNTSW2, but that target was not found",
      "Check that the load balancer is still there; when it was replaced, apply the configuration again, so that its new name is known.",
    ],
    [
      "too many records in the zone",
      `Exceeded limit MAX_RRSETS_BY_ZONE for zone: ${ZONE}`,
      "Delete records that are not needed any more, or ask AWS for a higher quota (Service Quotas, Amazon Route 53), then resume.",
    ],
    [
      "a fault that is not known",
      "RRSet with DNS name rainbow.example.com. is not permitted in zone example.com",
      "Mend what the message says, then resume.",
    ],
  ])("for %s is forbidden", async (_what, message, wayOut) => {
    expect(await answerTo(() => faults.batch(message))).toEqual({
      kind: "forbidden",
      reason: `Route 53 can't change hosted zone ${ZONE} (example.com) so: ${message}. Nothing was changed. ${wayOut}`,
    });
  });
});

describe("a change of records that are not as it supposes", () => {
  it("is refused with the keys of those that Route 53 names", async () => {
    const { zone, route53 } = fakeZone();
    route53.add({ id: ZONE, name: "example.com" }, [
      {
        Name: "_verdigris.rainbow.example.com.",
        Type: "TXT",
        TTL: 60,
        ResourceRecords: [{ Value: '"revision=7"' }],
      },
    ]);
    const reasons = [
      { key: "rainbow.example.com A blue", reason: "rainbow.example.com A blue is not there" },
      {
        key: "_verdigris.rainbow.example.com TXT ",
        reason: "_verdigris.rainbow.example.com TXT is there with other values",
      },
    ];
    expect(await zone.apply({ remove: [A, FENCE], add: [] })).toEqual({
      kind: "refused",
      reason: `${reasons.map(({ reason }) => reason).join("; ")}. Nothing was changed.`,
      records: reasons,
    });
  });

  it("is refused beside what no look shows, which comes up again when it is all that is left", async () => {
    const protection = "rainbow.example.com. A is protected";
    const lost =
      "Tried to delete resource record set [name='_verdigris.rainbow.example.com.', type='TXT'] but it was not found";
    const refused = await answerTo(() => faults.batch(lost, protection));
    expect(refused).toEqual({
      kind: "refused",
      reason: `_verdigris.rainbow.example.com TXT is not there; ${protection}. Nothing was changed.`,
      records: [
        {
          key: "_verdigris.rainbow.example.com TXT ",
          reason: "_verdigris.rainbow.example.com TXT is not there",
        },
      ],
    });
    expect(await answerTo(() => faults.batch(protection))).toMatchObject({ kind: "forbidden" });
  });

  it("is refused when a CNAME is at the name, which the look shows", async () => {
    const { zone, route53 } = fakeZone();
    route53.add({ id: ZONE, name: "example.com" }, [
      {
        Name: "rainbow.example.com.",
        Type: "CNAME",
        TTL: 60,
        ResourceRecords: [{ Value: "old.example.net." }],
      },
    ]);
    const answered = await zone.apply({ remove: [], add: [A] });
    expect(answered).toMatchObject({
      kind: "refused",
      records: [{ key: "rainbow.example.com A blue" }],
    });
    expect(await zone.observe(["rainbow.example.com"])).toMatchObject([{ type: "CNAME" }]);
  });
});

it("an error that is no request's is not taken for an answer", async () => {
  const { zone, route53 } = fakeZone();
  await zone.observe(["rainbow.example.com"]);
  route53.failNext(() => new TypeError("undefined is not a function"));
  await expect(zone.apply(CHANGE)).rejects.toThrow(TypeError);
  const code = "ERR_INVALID_ARG_TYPE";
  route53.failNext(() => Object.assign(new TypeError("not a string"), { code }));
  await expect(zone.apply(CHANGE)).rejects.toThrow(TypeError);
});
