import type { HistoryEntry, HistorySummary } from "../../contract/api.ts";
import { columns } from "../columns.ts";
import { ENVIRONMENT, findEnvironment } from "../environment.ts";
import { wholeNumber } from "../flags.ts";
import { connect } from "../operator-api.ts";
import { EXIT } from "../problem.ts";
import { defineVerb } from "../verb.ts";

export const verb = defineVerb({
  description:
    "Lists the decisions of an environment, the newest first: when, who, through which door, what was asked and what that put on record, why, and the live side, weights and releases where the decision changed them.",
  arguments: [ENVIRONMENT],
  flags: {
    limit: wholeNumber("--limit <n>", "How many; 20 when left out", [1, 200]),
  },
  examples: [
    { command: "history production", meaning: "the last 20 decisions" },
    { command: "history production --limit 100 --json", meaning: "for an audit" },
  ],
  reach: "operator",
  async run(call) {
    const api = connect(call);
    const { path } = await findEnvironment(call, api, call.arguments[0]);
    const entries = await api.get<readonly HistoryEntry[]>(`${path}/history`, {
      limit: call.flags.limit ?? 20,
    });
    call.terminal.answer(entries, () => columns(entries.map(row)));
    return EXIT.done;
  },
});

function row(entry: HistoryEntry): readonly string[] {
  const { revision, at, by, via, from, command, reason } = entry;
  return [
    `${revision}`,
    at,
    by,
    from ? `${via} ${from}` : via,
    `${command}: ${entry.events.map((event) => event.type).join(", ")}`,
    changes(entry.before, entry.after).join("; "),
    reason ? `"${reason}"` : "",
  ];
}

function changes(before: HistorySummary, after: HistorySummary): readonly string[] {
  const live = before.live === after.live ? [] : [`live ${before.live} -> ${after.live}`];
  const weights = showAll(before.weights);
  const newWeights = showAll(after.weights);
  const sides = Object.keys({ ...before.releases, ...after.releases }) as HistorySummary["live"][];
  return [
    ...live,
    ...(weights === newWeights ? [] : [`weights ${weights || "none"} -> ${newWeights || "none"}`]),
    ...sides
      .filter((side) => before.releases[side] !== after.releases[side])
      .map(
        (side) => `${side} ${before.releases[side] ?? "none"} -> ${after.releases[side] ?? "none"}`,
      ),
  ];
}

function showAll(weights: HistorySummary["weights"]): string {
  return Object.entries(weights)
    .map(([side, weight]) => `${side} ${weight}%`)
    .sort()
    .join(" ");
}
