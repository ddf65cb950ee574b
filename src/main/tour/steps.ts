import { existsSync } from "node:fs";
import type { SideName } from "../../domain/configuration.ts";
import type { Layout } from "../machine/layout.ts";
import type { Ready } from "../machine/ready.ts";
import type { Workflow } from "../sample/workflow.ts";
import { awaitsApproval, jobOf, passed } from "../sample/workflow.ts";
import type { WorkingClone } from "../sample/working-clone.ts";
import type { Seen } from "./ask.ts";
import type { Outside } from "./outside.ts";
import { tableRow } from "./table-row.ts";
import { Visitors } from "./visitors.ts";

export interface TourWorld {
  readonly layout: Layout;
  readonly ready: Ready;
  readonly clone: WorkingClone;
  readonly workflow: Workflow;
  readonly outside: Outside;
  readonly ttlSeconds: number;
}

/** One of the twelve steps: what it is, and the evidence that it holds, or an error that it does not. */
export interface TourStep {
  readonly title: string;
  perform(world: TourWorld, known: Known): Promise<string>;
}

/** What earlier steps found out. */
export interface Known {
  branchCommit?: string;
  masterCommit?: string;
  liveBefore?: Seen;
  liveTasks?: readonly number[];
  standby?: SideName;
  requestId?: string;
  visitors?: Visitors;
}

const PRODUCTION = "rainbow.test";
const PREVIEW = "standby.rainbow.test";
const TEST = "test.rainbow.test";
const ENVIRONMENT = "rainbow/production";
const QUERIES = 20;
/** Clients ask every few milliseconds, and a moment passes between an answer and its being noted. */
const SLACK_MS = 1000;

export const STEPS: readonly TourStep[] = [
  {
    title: "a developer pushes a branch",
    async perform({ clone, ready }, known) {
      known.branchCommit = await clone.commitVersion("version-2", "2.0.0");
      const pushed = await clone.push("version-2");
      check(pushed.accepted, `the push was refused: ${pushed.said}`);
      const there = await clone.git("ls-remote", ready.git ?? "", "refs/heads/version-2");
      check(there.startsWith(known.branchCommit), "the repository has another commit");
      return `version-2 is at ${known.branchCommit.slice(0, 7)} in the repository`;
    },
  },
  {
    title: "only a branch that passed CI can be merged",
    async perform({ clone, workflow, ready }, known) {
      const commit = known.branchCommit ?? "";
      const unchecked = await clone.git("commit-tree", `${commit}^{tree}`, "-p", commit, "-m", "x");
      const refused = await clone.push(`${unchecked.trim()}:refs/heads/master`);
      check(!refused.accepted, "master took a commit that had not passed CI");
      const reason = refused.said.split("\n").find((line) => line.startsWith("remote:"));
      const run = await workflow.runOf("version-2", commit, passed, "CI");
      const merged = await workflow.merge("version-2");
      known.masterCommit = merged.commit;
      const master = await clone.git("ls-remote", ready.git ?? "", "refs/heads/master");
      check(master.startsWith(merged.commit), "master is not at the merge");
      return `an unchecked commit was refused (${reason?.replace("remote: ", "").trim()}); run ${run.number} passed and was merged`;
    },
  },
  {
    title: "a commit on master starts a run",
    async perform({ workflow }, known) {
      const commit = known.masterCommit ?? "";
      const run = await workflow.runOf("master", commit, () => true, "a run");
      check(run.kind === "release", `run ${run.number} is a ${run.kind} run`);
      return `run ${run.number} of ${commit.slice(0, 7)} "${run.subject}"`;
    },
  },
  {
    title: "its jobs build, deploy to test and to the standby, and ask for the flip",
    async perform({ workflow, layout, outside, ready }, known) {
      known.liveBefore = await outside.visit(PRODUCTION);
      known.liveTasks = await tasksOf(outside, ready, "live", workflow);
      const run = await workflow.runOf(
        "master",
        known.masterCommit ?? "",
        awaitsApproval,
        "the deployments",
      );
      const states = run.jobs.map((job) => `${job.name} ${job.state}`).join(", ");
      known.requestId = (await workflow.environment("production")).request?.id ?? "";
      check(jobOf(run, "request-flip")?.state === "succeeded", states);
      check(existsSync(layout.builds), "nothing was built");
      return `${states}; release ${run.release}`;
    },
  },
  {
    title: "the table tells the live side, weights, releases and revision",
    async perform({ layout }, known) {
      const row = await tableRow(layout.database, ENVIRONMENT);
      known.standby = row.live === "blue" ? "green" : "blue";
      const releases = Object.entries(row.sides).map(
        ([name, { release }]) => `${name} ${release?.id}`,
      );
      check(row.traffic.weights[row.live] === 100, JSON.stringify(row.traffic.weights));
      return `row ${ENVIRONMENT} at revision ${row.revision}: live ${row.live}, ${releases.join(", ")}`;
    },
  },
  {
    title: "the weighted records follow the table",
    async perform({ layout, outside, ready }) {
      const row = await tableRow(layout.database, ENVIRONMENT);
      return recordsFollow(outside, ready, row.live);
    },
  },
  {
    title: "only the standby was updated",
    async perform({ outside, ready, workflow }, known) {
      const { live, standby } = await workflow.environment("production");
      const onLive = await outside.side(sideUrl(ready, live));
      const onStandby = await outside.side(sideUrl(ready, standby ?? "green"));
      check(onLive.version === "1.0.0", `${live} (live) runs ${onLive.version}`);
      check(onStandby.version === "2.0.0", `${standby} (standby) runs ${onStandby.version}`);
      const tasks = await tasksOf(outside, ready, "live", workflow);
      const same = tasks.every((pid) => known.liveTasks?.includes(pid) && outside.runs(pid));
      check(same, `the live side's tasks changed from ${known.liveTasks} to ${tasks}`);
      return `${live} (live) still runs 1.0.0 in processes ${tasks.join(", ")}; ${standby} (standby) runs 2.0.0`;
    },
  },
  {
    title: "the domain answers as before; test and preview show the new release",
    async perform({ outside }, known) {
      const [domain, test, preview] = await Promise.all([
        outside.visit(PRODUCTION),
        outside.visit(TEST),
        outside.visit(PREVIEW),
      ]);
      check(domain.version === "1.0.0", `${PRODUCTION} shows ${domain.version}`);
      check(domain.side === known.liveBefore?.side, `${PRODUCTION} moved to ${domain.side}`);
      check(test.version === "2.0.0", `${TEST} shows ${test.version}`);
      check(preview.version === "2.0.0", `${PREVIEW} shows ${preview.version}`);
      return `${PRODUCTION} ${domain.version}, ${TEST} ${test.version}, ${PREVIEW} ${preview.version}`;
    },
  },
  {
    title: "a person approves",
    async perform({ workflow, ready }, known) {
      known.visitors = new Visitors(ready.gateway, PRODUCTION);
      const { environment } = await workflow.approve(known.requestId ?? "");
      const [approval] = environment.request?.approvals ?? [];
      check(approval !== undefined, "no approval is on record");
      return `request ${known.requestId} for ${environment.request?.release.id} approved by ${approval?.by}`;
    },
  },
  {
    title: "the switch happens",
    async perform({ workflow }, known) {
      const flip = await workflow.until("the flip to be in sync", async () => {
        const { flip, lastFlip } = await workflow.environment("production");
        const newest = flip ?? lastFlip;
        return newest?.to === known.standby && newest?.reached["in-sync"] ? newest : undefined;
      });
      const decided = Date.parse(flip.reached.decided ?? "");
      const inSync = Date.parse(flip.reached["in-sync"] ?? "");
      return `flip ${flip.id} from ${flip.from} to ${flip.to}, in sync ${inSync - decided} ms after the decision`;
    },
  },
  {
    title: "the table is updated and the records follow",
    async perform({ layout, outside, ready, workflow }, known) {
      const row = await workflow.until("the row to follow", async () => {
        const read = await tableRow(layout.database, ENVIRONMENT);
        return read.live === known.standby ? read : undefined;
      });
      const records = await recordsFollow(outside, ready, row.live);
      return `row at revision ${row.revision}: live ${row.live}; ${records}`;
    },
  },
  {
    title: "within the TTL every client is on the new side, and none has failed",
    async perform({ workflow, ttlSeconds }, known) {
      const inSync = await workflow.until("caches to expire", async () => {
        const { flip, lastFlip } = await workflow.environment("production");
        const reached = (flip ?? lastFlip)?.reached;
        return reached?.["caches-expired"] ? Date.parse(reached["in-sync"] ?? "") : undefined;
      });
      const visits = await known.visitors?.leave();
      const old = known.liveBefore?.side ?? "";
      const last = visits?.bySide.get(old)?.last ?? 0;
      const late = last - inSync;
      check(visits?.failures.length === 0, `failed requests: ${visits?.failures.join("; ")}`);
      check(visits?.bySide.has(known.standby ?? "") === true, "nobody reached the new side");
      check(late <= ttlSeconds * 1000 + SLACK_MS, `${old} still answered ${late} ms after in sync`);
      return `${visits?.requests} requests, 0 failed; the last on ${old} ${Math.max(0, late)} ms after in sync (TTL ${ttlSeconds} s)`;
    },
  },
];

async function recordsFollow(outside: Outside, ready: Ready, live: string): Promise<string> {
  const address = new URL(sideUrl(ready, live)).hostname;
  const answers = await outside.addresses(PRODUCTION, QUERIES);
  check(answers.join() === address, `${PRODUCTION} answers ${answers.join(", ")}, not ${address}`);
  const fence = await outside.text(`_verdigris.${PRODUCTION}`);
  return `${QUERIES} DNS answers, all ${address} (${live}); fence "${fence}"`;
}

/** The processes behind a side, seen by asking its load balancer often enough to meet them all. */
async function tasksOf(
  outside: Outside,
  ready: Ready,
  role: "live",
  workflow: Workflow,
): Promise<readonly number[]> {
  const environment = await workflow.environment("production");
  const url = sideUrl(ready, environment[role]);
  const seen = await Promise.all(Array.from({ length: 8 }, () => outside.side(url)));
  return [...new Set(seen.map(({ pid }) => pid))].sort((a, b) => a - b);
}

function sideUrl(ready: Ready, side: string): string {
  return ready.environments.production?.sides[side] ?? "";
}

function check(holds: boolean, otherwise: string): void {
  if (!holds) throw new Error(otherwise);
}
