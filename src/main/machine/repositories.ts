import type { Host } from "../../app/host.ts";
import type { Operator } from "../../app/operator.ts";
import { isRefusal } from "../../domain/refusal.ts";
import type { LocalPipeline } from "./pipeline.ts";

/**
 * Gives every app a repository to push to: those that there are when the promise resolves, and from
 * then on each that is registered, or whose release branch changes, until the signal aborts.
 */
export async function keepRepositories(
  operator: Operator,
  pipeline: LocalPipeline,
  log: Host["log"],
  signal: AbortSignal,
): Promise<void> {
  follow(operator, pipeline, signal).catch((error: unknown) => {
    log("error", "repositories of new apps are made at the next start only", { error });
  });
  for (const { configuration } of await operator.apps.list()) {
    if (configuration) await pipeline.open(configuration);
  }
}

async function follow(
  operator: Operator,
  pipeline: LocalPipeline,
  signal: AbortSignal,
): Promise<void> {
  for await (const { stream, events } of operator.feed(signal)) {
    if (!events.some((event) => event.type === "AppConfigured")) continue;
    const app = await operator.apps.get(stream.slice(stream.indexOf("#") + 1));
    if (!isRefusal(app) && app.configuration) await pipeline.open(app.configuration);
  }
}
