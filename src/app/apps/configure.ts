import type { AppState } from "../../domain/app/decider.ts";
import type { EnvironmentConfiguration } from "../../domain/configuration.ts";
import { isRefusal } from "../../domain/refusal.ts";
import { canonicalHash } from "../canonical-hash.ts";
import type { EnvironmentJournal } from "../environments/step.ts";
import type { Host } from "../host.ts";
import { environmentStream } from "../streams.ts";

/** Equal for equal configurations; approvals are bound to it (G3). */
export function environmentHash(host: Host, configuration: EnvironmentConfiguration): string {
  return canonicalHash(host, configuration);
}

/**
 * Brings every environment to the app's configuration. The app's log is where a configuration is
 * decided; each environment follows as soon as nothing is in flight there. Returns whether all have.
 */
export async function configureEnvironments(
  host: Host,
  environments: EnvironmentJournal,
  app: AppState,
): Promise<boolean> {
  const wanted = Object.entries(app.configuration?.environments ?? {});
  const outcomes = await Promise.all(
    wanted.map(async ([name, configuration]) => {
      const stream = environmentStream(`${app.name}/${name}`);
      const hash = environmentHash(host, configuration);
      if ((await environments.recent(stream)).configured?.hash === hash) return undefined;
      return environments.execute(stream, {
        type: "configure",
        configured: { configuration, hash, appRevision: app.configuredAt },
        meta: {
          id: `configure-${app.name}-${app.configuredAt}-${name}`,
          actor: { name: "operator", via: "operator" },
          reason: `configuration of ${app.name} at revision ${app.configuredAt}`,
        },
      });
    }),
  );
  for (const outcome of outcomes) {
    if (isRefusal(outcome)) host.log("info", "a configuration waits", { reason: outcome.message });
  }
  return !outcomes.some(isRefusal);
}
