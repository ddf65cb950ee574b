import type { EnvironmentView, FlipView, SideView } from "../contract/api.ts";
import { columns } from "./columns.ts";
import type { Paint } from "./paint.ts";
import { approvals } from "./show-request.ts";
import { SIDES, showRelease, showSide } from "./side.ts";
import { ago, until } from "./times.ts";

/** What is so in an environment now, the live side first, and what a person can do about it. */
export function showEnvironment(
  view: EnvironmentView,
  now: number,
  paint: Paint,
): readonly string[] {
  const facts = [
    ...readOnly(view, paint),
    ...(view.preview ? [["preview", view.preview]] : []),
    ...records(view, paint),
    ...flip(view, now, paint),
    ...request(view, now, paint),
    ...freeze(view, now, paint),
    ...drift(view, paint),
  ];
  return [
    `${paint.bold(view.name)}  ${view.record}  ${paint.dim(`ttl ${view.ttlSeconds}s, revision ${view.revision}`)}`,
    ...columns(sides(view, now, paint), "  "),
    ...columns(facts, "  "),
  ];
}

function sides(view: EnvironmentView, now: number, paint: Paint): readonly (readonly string[])[] {
  return SIDES.flatMap((name) => {
    const side = view.sides[name];
    if (!side) return [];
    const row = [
      showSide(view, name, paint),
      `${side.weight}%`,
      showRelease(side.release),
      tasks(side, paint),
      sideState(side, now, paint),
    ];
    return [{ row, live: name === view.live }];
  })
    .sort((a, b) => Number(b.live) - Number(a.live))
    .map(({ row }) => row);
}

function tasks({ tasks: counted, release }: SideView, paint: Paint): string {
  if (!release) return "";
  if (!counted) return paint.yellow("tasks unknown");
  const { healthy, wanted } = counted;
  const shown = `${healthy}/${wanted} healthy`;
  return healthy < wanted ? paint.yellow(shown) : shown;
}

function sideState(side: SideView, now: number, paint: Paint): string {
  const { draining, deployment, tasks: { restarts = 0, lastExit } = {} } = side;
  const states: string[] = [];
  if (lastExit) {
    const times = `${restarts} restart${restarts === 1 ? "" : "s"}`;
    states.push(paint.yellow(`${times}, the last ${ago(lastExit.at, now)}: ${lastExit.reason}`));
  }
  if (draining) states.push(paint.yellow("draining"));
  if (deployment?.state === "in-flight") {
    const begun = ago(deployment.startedAt, now);
    states.push(paint.yellow(`deploying ${deployment.release.id}, begun ${begun}`));
  }
  if (deployment?.state === "failed") {
    const reason = deployment.reason ?? "no reason known";
    states.push(paint.red(`deployment of ${deployment.release.id} failed: ${reason}`));
  }
  return states.join(", ");
}

function records(view: EnvironmentView, paint: Paint): readonly (readonly string[])[] {
  const { phase, blocked } = view.records;
  if (blocked) {
    const said = paint.red(`blocked: ${blocked.reason}`);
    return [["records", view.flip ? said : `${said}; ${wayOnBlocked(view)}`]];
  }
  const settled = phase === "in-sync" || phase === "none" || view.flip !== undefined;
  return settled ? [] : [["records", paint.yellow(phase)]];
}

function flip(view: EnvironmentView, now: number, paint: Paint): readonly (readonly string[])[] {
  const { flip: moving } = view;
  if (!moving) return [];
  const way = `${showSide(view, moving.from, paint)} to ${showSide(view, moving.to, paint)}`;
  const step = moving.steps.length > 1 ? `, step ${moving.step + 1} of ${moving.steps.length}` : "";
  const said = `${moving.id} from ${way}${step}: ${phase(moving, now, paint)}`;
  return [[moving.kind, [said, ...waysOn(moving, view)].join("; ")]];
}

function waysOn(
  { kind, from, phase: reached }: FlipView,
  view: EnvironmentView,
): readonly string[] {
  const { environment, records, sides } = view;
  if (reached !== "blocked") {
    return kind === "flip" && sides[from]?.release
      ? [`\`verdigris revert ${environment}\` goes back`]
      : [];
  }
  const mending = wayOnBlocked(view);
  const isDrift = records.blocked?.code === "drift";
  return [
    isDrift || kind === "abort" ? mending : `${mending} or \`verdigris abort ${environment}\``,
  ];
}

/** What to do about records that the zone refuses. Those that drifted are refused until they are mended. */
function wayOnBlocked({ environment, records: { blocked } }: EnvironmentView): string {
  if (blocked?.code === "drift") {
    return `\`verdigris drift ${environment} --mend\` mends the records and goes on`;
  }
  return blocked?.code === "records_exist"
    ? `\`verdigris drift ${environment} --mend --dry-run\` shows how they would be adopted`
    : `\`verdigris resume ${environment}\``;
}

function phase(moving: FlipView, now: number, paint: Paint): string {
  if (moving.phase === "blocked") return paint.red("blocked");
  const at = moving.reached[moving.phase];
  const waits = moving.waitsFor === undefined ? "" : `, waits: ${moving.waitsFor}`;
  return paint.yellow(`${moving.phase}${at ? ` ${ago(at, now)}` : ""}${waits}`);
}

function request(view: EnvironmentView, now: number, paint: Paint): readonly (readonly string[])[] {
  const { request: newest, environment } = view;
  if (!newest) return [];
  const what = `${newest.id} for ${showRelease(newest.release)} on ${showSide(view, newest.side, paint)}`;
  const counted = `${approvals(newest)}, expires ${until(newest.expiresAt, now)}`;
  if (newest.status === "open") {
    const how = `\`verdigris approve ${newest.id}\` approves`;
    return [["request", `${what}: ${paint.yellow("open")}, ${counted}; ${how}`]];
  }
  if (newest.status === "approved") {
    const how =
      newest.run === undefined
        ? `\`verdigris flip ${environment}\` carries it out`
        : `run ${newest.run} carries it out`;
    return [["request", `${what}: ${paint.green("approved")}, ${counted}; ${how}`]];
  }
  const because = newest.closedBecause ? `, ${newest.closedBecause}` : "";
  return [["request", `${what}: ${newest.status}${because}`]];
}

function freeze({ freeze: frozen, environment }: EnvironmentView, now: number, paint: Paint) {
  if (!frozen) return [];
  const { by, reason, at } = frozen;
  const since = `${paint.yellow("frozen")} by ${by} ${ago(at, now)}: ${reason}`;
  return [["freeze", `${since}; \`verdigris unfreeze ${environment}\` lifts it`]];
}

function readOnly({ readOnly: log }: EnvironmentView, paint: Paint): readonly string[][] {
  return log
    ? [["read-only", paint.red(`revision ${log.revision} of its log ${log.because}`)]]
    : [];
}

function drift({ drift: items }: EnvironmentView, paint: Paint): readonly (readonly string[])[] {
  return items.map((item) => [
    "drift",
    `${paint.red(`expected ${item.expected}, found ${item.found}`)}; \`${item.mend}\` mends it`,
  ]);
}
