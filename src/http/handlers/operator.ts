import type { operatorRoutes } from "../../contract/routes/operator.ts";
import { fail } from "../failure.ts";
import { feedFor } from "../feed.ts";
import type { Handlers } from "../handler.ts";
import { describeError } from "../log.ts";
import { metricsText } from "../metrics.ts";
import { statusPage } from "../status-page.ts";

export const operatorHandlers: Handlers<keyof typeof operatorRoutes> = {
  async followEvents({ caller, query }, { operator, streams, log }) {
    if (streams.most === 0) {
      return fail(
        "unavailable",
        "This operator answers one request at a time and has no event stream. Ask for the state instead, again and again.",
      );
    }
    const stream = streams.open({
      feed: (signal) => feedFor(operator.feed(signal), caller, query.app),
      mayListen: () => operator.keys.isGood(caller.id),
      onFailure: (error) => log("error", "the event stream broke", { error: describeError(error) }),
    });
    if (stream) {
      return new Response(stream, { headers: { "content-type": "text/event-stream" } });
    }
    return fail(
      "too_many_requests",
      `${streams.most} event streams are open already, which is all there may be. Close one, or try again later.`,
      { most: streams.most },
    );
  },

  async checkHealth() {
    return { ok: true };
  },

  async checkReadiness(_, { operator }) {
    const ready = await operator.ready();
    if (ready.ok) return { ok: true };
    return fail("unavailable", `The table can't be used: ${ready.reason}`);
  },

  async readMetrics(_, service) {
    return new Response(await metricsText(service), {
      headers: { "content-type": "text/plain; version=0.0.4; charset=utf-8" },
    });
  },

  async readDocument(_, { document }) {
    return { ...document() };
  },

  async showStatusPage() {
    return statusPage();
  },
};
