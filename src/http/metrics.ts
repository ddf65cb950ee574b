import type { Operator } from "../app/operator.ts";
import { sideNames } from "../domain/configuration.ts";
import type { ConfiguredState } from "../domain/environment/state.ts";
import { isConfigured } from "./configured.ts";
import { isFailure } from "./failure.ts";
import type { Service } from "./service.ts";

interface Metric {
  readonly name: string;
  readonly type: "counter" | "gauge";
  readonly help: string;
  readonly samples: readonly Sample[];
}

type Sample = readonly [labels: Readonly<Record<string, string>>, value: number];

/** All figures in Prometheus' text format, version 0.0.4. */
export async function metricsText(service: Service): Promise<string> {
  const environments = await allEnvironments(service.operator);
  const metrics = [...environmentMetrics(environments), ...processMetrics(service)];
  return metrics.map(show).join("");
}

async function allEnvironments(operator: Operator): Promise<readonly ConfiguredState[]> {
  const apps = await operator.apps.list();
  const lists = await Promise.all(apps.map(({ name }) => operator.environments.list(name)));
  return lists.flatMap((list) => (isFailure(list) ? [] : list.filter(isConfigured)));
}

function environmentMetrics(environments: readonly ConfiguredState[]): readonly Metric[] {
  const each = (value: (state: ConfiguredState) => number): readonly Sample[] =>
    environments.map((state) => [{ environment: state.name }, value(state)]);
  const sides = environments.flatMap((state) =>
    sideNames(state.configured.configuration).map((side) => {
      return { state, side, labels: { environment: state.name, side } };
    }),
  );
  return [
    {
      name: "verdigris_environment_revision",
      type: "gauge",
      help: "Revision of the environment's log.",
      samples: each(({ revision }) => revision),
    },
    {
      name: "verdigris_flip_in_flight",
      type: "gauge",
      help: "1 while a flip is in flight, draining included.",
      samples: each(({ flip }) => (flip ? 1 : 0)),
    },
    {
      name: "verdigris_records_blocked",
      type: "gauge",
      help: "1 while the zone refuses the records.",
      samples: each(({ traffic }) => (traffic.phase === "blocked" ? 1 : 0)),
    },
    {
      name: "verdigris_drift_items",
      type: "gauge",
      help: "Differences between the world and the state that the last check found.",
      samples: each(({ drift }) => drift.length),
    },
    {
      name: "verdigris_side_live",
      type: "gauge",
      help: "1 for the live side, 0 for the standby.",
      samples: sides.map(({ state, side, labels }) => [labels, side === state.live ? 1 : 0]),
    },
    {
      name: "verdigris_side_weight_percent",
      type: "gauge",
      help: "Share of traffic that the records give to the side.",
      samples: sides.map(({ state, side, labels }) => [labels, state.traffic.weights[side] ?? 0]),
    },
    {
      name: "verdigris_side_release_info",
      type: "gauge",
      help: "1 for the release that the side holds.",
      samples: sides.flatMap(({ state, side, labels }): Sample[] => {
        const release = state.sides[side]?.release;
        return release ? [[{ ...labels, release: release.id }, 1]] : [];
      }),
    },
  ];
}

function processMetrics({
  version,
  counter,
  refusals,
  streams,
  wrongKeys,
}: Service): readonly Metric[] {
  return [
    {
      name: "verdigris_build_info",
      type: "gauge",
      help: "1 for the version that runs.",
      samples: [[{ version }, 1]],
    },
    {
      name: "verdigris_http_requests_total",
      type: "counter",
      help: "Requests that were answered.",
      samples: counter
        .counts()
        .map(({ method, route, status, total }) => [
          { method, route, status: String(status) },
          total,
        ]),
    },
    {
      name: "verdigris_refusals_total",
      type: "counter",
      help: "Requests that were refused, by error code.",
      samples: refusals.counts().map(([code, total]) => [{ code }, total]),
    },
    {
      name: "verdigris_wrong_key_addresses",
      type: "gauge",
      help: "Addresses that sent wrong keys and are remembered.",
      samples: [[{}, wrongKeys.size]],
    },
    {
      name: "verdigris_event_streams",
      type: "gauge",
      help: "Event streams that are open.",
      samples: [[{}, streams.size]],
    },
    {
      name: "process_resident_memory_bytes",
      type: "gauge",
      help: "Resident memory size in bytes.",
      samples: [[{}, process.memoryUsage.rss()]],
    },
  ];
}

function show({ name, type, help, samples }: Metric): string {
  const lines = samples.map(([labels, value]) => `${name}${showLabels(labels)} ${value}\n`);
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines.join("")}`;
}

function showLabels(labels: Readonly<Record<string, string>>): string {
  const shown = Object.entries(labels).map(([name, value]) => `${name}="${escapeLabel(value)}"`);
  return shown.length === 0 ? "" : `{${shown.join(",")}}`;
}

/** Backslash, quote and line feed (Prometheus, "Exposition formats", text format details). */
function escapeLabel(value: string): string {
  return value.replaceAll("\\", "\\\\").replaceAll('"', '\\"').replaceAll("\n", "\\n");
}
