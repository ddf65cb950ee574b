import { once } from "node:events";
import { createServer, type IncomingMessage, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import type { Route53Client } from "@aws-sdk/client-route-53";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { onEcs, PRODUCTION } from "../../../../test/support/engine.ts";
import { recordsFor, wholly } from "../../../domain/environment/traffic.ts";
import type { RecordChange } from "../../../domain/records.ts";
import { SystemClock } from "../../local/system-clock.ts";
import { HostedZones } from "./hosted-zones.ts";
import { RequestBudget } from "./request-budget.ts";
import { openRoute53 } from "./route53-client.ts";
import { Route53Requests } from "./route53-requests.ts";
import { Route53Zone } from "./route53-zone.ts";

const XMLNS = 'xmlns="https://route53.amazonaws.com/doc/2013-04-01/"';

interface Reply {
  readonly status: number;
  readonly body: string;
}

/** As Route 53 writes its errors (aws/aws-sdk-kotlin#1435). */
function error(code: string, message: string, status = 400): Reply {
  const body = `<?xml version="1.0"?>\n<ErrorResponse ${XMLNS}><Error><Type>Sender</Type><Code>${code}</Code><Message>${message}</Message></Error><RequestId>ca6b6a9b</RequestId></ErrorResponse>`;
  return { status, body };
}

function listOf(sets: string): Reply {
  const body = `<ListResourceRecordSetsResponse ${XMLNS}><ResourceRecordSets>${sets}</ResourceRecordSets><IsTruncated>false</IsTruncated><MaxItems>300</MaxItems></ListResourceRecordSetsResponse>`;
  return { status: 200, body };
}

/** As its API Reference writes this one. */
function listed(...messages: readonly string[]): Reply {
  const all = messages.map((message) => `<Message>${message}</Message>`).join("");
  return {
    status: 400,
    body: `<?xml version="1.0"?>\n<InvalidChangeBatch ${XMLNS}><Messages>${all}</Messages><RequestId>b25f48e8</RequestId></InvalidChangeBatch>`,
  };
}

const HOSTED_ZONE = `<?xml version="1.0"?>\n<GetHostedZoneResponse ${XMLNS}><HostedZone><Id>/hostedzone/Z1EXAMPLE</Id><Name>rainbow.test.</Name><CallerReference>c</CallerReference><Config><PrivateZone>false</PrivateZone></Config><ResourceRecordSetCount>2</ResourceRecordSetCount></HostedZone><DelegationSet><NameServers><NameServer>ns-1.awsdns-1.com</NameServer></NameServers></DelegationSet></GetHostedZoneResponse>`;

let server: Server;
let client: Route53Client;
let zone: Route53Zone;
let replies: (Reply | "no answer")[];
let received: { readonly path: string; readonly body: string }[];

beforeEach(async () => {
  replies = [];
  received = [];
  server = createServer(async (request, response) => {
    const path = `${request.method} ${request.url}`;
    received.push({ path, body: await textOf(request) });
    if (path === "GET /2013-04-01/hostedzone/Z1EXAMPLE") {
      response.writeHead(200, { "content-type": "text/xml" }).end(HOSTED_ZONE);
      return;
    }
    const reply = replies.shift();
    if (reply === "no answer") request.socket.destroy();
    else if (reply)
      response.writeHead(reply.status, { "content-type": "text/xml" }).end(reply.body);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  client = openRoute53({
    endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    region: "us-east-1",
    credentials: { accessKeyId: "none", secretAccessKey: "none" },
  });
  const clock = new SystemClock();
  const budget = new RequestBudget({ clock, requestsPerSecond: 1_000 });
  const requests = new Route53Requests({ client, budget, clock });
  const zones = new HostedZones({ requests, clock, ids: ["Z1EXAMPLE"] });
  zone = new Route53Zone({ requests, zones, askServers: () => Promise.resolve([]) });
});

afterEach(async () => {
  client.destroy();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

const configuration = onEcs();
const records = (revision: number) =>
  recordsFor(PRODUCTION, configuration, wholly("blue", configuration), "green", revision);
const CHANGE: RecordChange = { remove: records(1).slice(-1), add: records(2).slice(0, 1) };

const DELETED =
  "Tried to delete resource record set [name='_verdigris.rainbow.test.', type='TXT'] but it was not found";
const CREATED =
  "Tried to create resource record set [name='rainbow.test.', type='A', set identifier='blue'] but it already exists";
const KEYS = ["_verdigris.rainbow.test TXT ", "rainbow.test A blue"];

describe("what Route 53 answers to a change", () => {
  it.each<[string, Reply | "no answer", string, RegExp]>([
    [
      "its batch faults",
      error("InvalidChangeBatch", `[${DELETED}, ${CREATED}]`),
      "refused",
      /is not there; .* is there already/,
    ],
    [
      "its batch faults, listed",
      listed(DELETED, CREATED),
      "refused",
      /is not there; .* is there already/,
    ],
    [
      "Throttling",
      error("Throttling", "Rate exceeded"),
      "unavailable",
      /throttled \(Throttling: Rate exceeded\)/,
    ],
    [
      "ThrottlingException",
      error("ThrottlingException", "Rate exceeded"),
      "unavailable",
      /throttled/,
    ],
    [
      "PriorRequestNotComplete",
      error("PriorRequestNotComplete", "still processing"),
      "unavailable",
      /another change/,
    ],
    [
      "a failure",
      error("InternalFailure", "We failed", 500),
      "unavailable",
      /We failed.*may have been changed/,
    ],
    [
      "a failure in no XML",
      { status: 502, body: "<html>Bad gateway</html>" },
      "unavailable",
      /may have been changed/,
    ],
    ["a connection that ends", "no answer", "unavailable", /may have been changed/],
    [
      "AccessDenied",
      error("AccessDenied", "User: u is not authorized", 403),
      "forbidden",
      /Allow route53:ChangeResourceRecordSets on arn:aws:route53:::hostedzone\/Z1EXAMPLE/,
    ],
    ["InvalidInput", error("InvalidInput", "Invalid XML"), "forbidden", /Invalid XML/],
    [
      "NoSuchHostedZone",
      error("NoSuchHostedZone", "No hosted zone found", 404),
      "forbidden",
      /does not exist/,
    ],
    ["LimitsExceeded", error("LimitsExceeded", "too many"), "forbidden", /higher quota/],
  ])("%s is understood", async (_what, reply, kind, reason) => {
    replies.push(reply);
    const answer = await zone.apply(CHANGE);
    expect(answer).toMatchObject({ kind, reason: expect.stringMatching(reason) });
    if (answer.kind === "refused") expect(answer.records?.map(({ key }) => key)).toEqual(KEYS);
    const sent = received.filter(({ path }) => path.startsWith("POST"));
    expect(sent).toHaveLength(1);
  });

  it("NoSuchChange, and a throttled question, are understood", async () => {
    replies.push(error("NoSuchChange", "Could not find resource with ID: C1", 404));
    expect(await zone.changeStatus("C1")).toBe("unknown");
    replies.push(error("Throttling", "Rate exceeded"));
    expect(await zone.changeStatus("C1")).toBe("pending");
    expect(received.map(({ path }) => path)).toEqual([
      "GET /2013-04-01/change/C1",
      "GET /2013-04-01/change/C1",
    ]);
  });
});

it("a change goes out as one batch, removals first", async () => {
  replies.push({
    status: 200,
    body: `<ChangeResourceRecordSetsResponse ${XMLNS}><ChangeInfo><Id>/change/C2682N5HXP0BZ4</Id><Status>PENDING</Status><SubmittedAt>2017-03-10T01:36:41.958Z</SubmittedAt></ChangeInfo></ChangeResourceRecordSetsResponse>`,
  });
  expect(await zone.apply(CHANGE)).toEqual({ kind: "accepted", changeId: "C2682N5HXP0BZ4" });
  const body = received.at(-1)?.body ?? "";
  expect(body.match(/<(Action|Name|Weight|TTL|Value|EvaluateTargetHealth|DNSName)>[^<]*/g)).toEqual(
    [
      "<Action>DELETE",
      "<Name>_verdigris.rainbow.test.",
      "<TTL>60",
      "<Value>&quot;verdigris environment=rainbow/production revision=1&quot;",
      "<Action>CREATE",
      "<Name>rainbow.test.",
      "<Weight>100",
      "<DNSName>blue.eu-west-1.elb.amazonaws.com.",
      "<EvaluateTargetHealth>false",
    ],
  );
});

it("what Route 53 lists can be taken away as it is", async () => {
  const set = `<ResourceRecordSet><Name>rainbow.test.</Name><Type>A</Type><SetIdentifier>blue</SetIdentifier><Weight>0</Weight><AliasTarget><HostedZoneId>Z32O12XQLNTSW2</HostedZoneId><DNSName>dualstack.blue.eu-west-1.elb.amazonaws.com.</DNSName><EvaluateTargetHealth>false</EvaluateTargetHealth></AliasTarget></ResourceRecordSet>`;
  replies.push(listOf(set));
  const found = await zone.observe(["rainbow.test"]);
  expect(found).toEqual([
    {
      name: "rainbow.test",
      type: "A",
      set: { id: "blue", weight: 0 },
      ttlSeconds: 60,
      values: [],
      alias: {
        name: "dualstack.blue.eu-west-1.elb.amazonaws.com",
        zone: "Z32O12XQLNTSW2",
        evaluateTargetHealth: false,
      },
    },
  ]);
  replies.push(error("Throttling", "Rate exceeded"));
  await zone.apply({ remove: found, add: [] });
  expect(received.at(-1)?.body).toContain(set);
});
