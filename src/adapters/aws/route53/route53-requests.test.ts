import type { Route53Client } from "@aws-sdk/client-route-53";
import { expect, it } from "vitest";
import { ManualClock } from "../../memory/manual-clock.ts";
import { faults } from "./fake-route53.fixture.ts";
import { RequestBudget } from "./request-budget.ts";
import { within } from "./route53.fixture.ts";
import { Route53Requests } from "./route53-requests.ts";

/** A client whose every request is answered so. */
function answering(answer: (signal: AbortSignal) => Promise<unknown>, random = 0) {
  const clock = new ManualClock(0);
  const budget = new RequestBudget({ clock, maxWaiting: 5 });
  const sent: { readonly at: number; readonly signal: AbortSignal }[] = [];
  const send = (_command: object, { abortSignal }: { readonly abortSignal: AbortSignal }) => {
    sent.push({ at: clock.elapsed(), signal: abortSignal });
    return answer(abortSignal);
  };
  const client = { send } as unknown as Pick<Route53Client, "send">;
  const requests = new Route53Requests({ client, budget, clock, random: () => random });
  return { clock, sent, requests };
}

it("a request that was answered is not aborted afterwards", async () => {
  const { clock, sent, requests } = answering(async () => ({}));
  await requests.getChange("C1");
  await clock.advance(60_000);
  expect(sent.map(({ signal }) => signal.aborted)).toEqual([false]);
});

it("a request without an answer is aborted when its time is over", async () => {
  const { clock, sent, requests } = answering(() => new Promise(() => undefined));
  const asked = requests.getChange("C1");
  const told = expect(asked).rejects.toThrow("no answer within 10 s");
  await clock.advance(9_999);
  expect(sent[0]?.signal.aborted).toBe(false);
  await clock.advance(1);
  expect(sent[0]?.signal.aborted).toBe(true);
  await told;
});

it.each([
  [0, [0, 125, 375]],
  [0.999_999, [0, 250, 750]],
])("a question is asked three times, with pauses that grow and differ: %d", async (random, at) => {
  const { clock, sent, requests } = answering(
    () => Promise.reject(faults.connection("ECONNRESET")),
    random,
  );
  const asked = within(clock, 60_000, requests.getHostedZone("Z1"));
  await expect(asked).rejects.toThrow("Route 53 didn't describe hosted zone Z1");
  expect(sent.map((one) => Math.round(one.at))).toEqual(at);
});

it("a question that was turned away is not asked again: that would only add to the queue", async () => {
  const { clock, sent, requests } = answering(async () => ({}));
  const turnedAway: string[] = [];
  const asked = Array.from({ length: 12 }, () =>
    requests
      .listRecords({ HostedZoneId: "Z1" })
      .catch((error: Error) => turnedAway.push(error.message)),
  );
  await clock.advance(0);
  const told =
    "Route 53 didn't list the records of hosted zone Z1: not sent: 5 requests wait for their turn already. Nothing was changed. It is tried again.";
  expect(turnedAway).toEqual([told, told]);
  await clock.advance(60_000);
  await Promise.all(asked);
  expect(sent).toHaveLength(10);
});
