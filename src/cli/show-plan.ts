import type { PlanView } from "../contract/api.ts";
import { columns } from "./columns.ts";
import type { Paint } from "./paint.ts";
import type { SideName } from "./side.ts";

type RecordSet = PlanView["records"]["before"][number];

/** A plan as a diff: what is there now with `-`, what would be there with `+`. */
export function showPlan(plan: PlanView, paint: Paint): readonly string[] {
  const changes = [
    ...difference("live", [[plan.live.before]], [[plan.live.after]]),
    ...difference("release", releases(plan.releases.before), releases(plan.releases.after)),
    ...difference("record", records(plan.records.before), records(plan.records.after)),
  ];
  const lines = columns(changes, "  ").map((line) =>
    line.startsWith("  +") ? paint.green(line) : paint.red(line),
  );
  return [
    `${plan.environment} at revision ${plan.revision}: ${lines.length === 0 ? "nothing would change" : plan.events.join(", ")}`,
    ...lines,
    ...furtherSteps(plan),
  ];
}

function difference(
  what: string,
  before: readonly (readonly string[])[],
  after: readonly (readonly string[])[],
): readonly (readonly string[])[] {
  const missing = (from: readonly (readonly string[])[], to: readonly (readonly string[])[]) =>
    from.filter((row) => !to.some((other) => other.join("\0") === row.join("\0")));
  return [
    ...missing(before, after).map((row) => ["-", what, ...row]),
    ...missing(after, before).map((row) => ["+", what, ...row]),
  ];
}

function releases(held: Readonly<Partial<Record<SideName, string>>>) {
  return Object.entries(held).map(([side, release]) => [side, release ?? "none"]);
}

function records(sets: readonly RecordSet[]) {
  return sets.map(({ name, type, ttlSeconds, values, alias, set, policy = "" }) => [
    name,
    type,
    `${ttlSeconds}s`,
    alias ? `alias of ${alias.name}` : values.join(" "),
    set ? `${set.id} weight ${set.weight}` : policy,
  ]);
}

function furtherSteps({ steps }: PlanView): readonly string[] {
  return steps.map(
    ({ weight, bakeSeconds }) =>
      `  then ${weight}%${bakeSeconds > 0 ? `, kept for ${bakeSeconds} s` : ""}`,
  );
}
