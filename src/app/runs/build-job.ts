import { isRefusal } from "../../domain/refusal.ts";
import type { JobResult, RunStart, RunState } from "../../domain/run/state.ts";
import type { Builder } from "../../ports/builder.ts";
import type { Host } from "../host.ts";
import type { ReleasesFace } from "../operator.ts";
import { operatorMeta } from "../operator-meta.ts";
import { JobLog } from "./job-log.ts";
import type { Pipeline } from "./pipeline.ts";
import { configurationAt } from "./start.ts";

type BuildOutcome = Awaited<ReturnType<Builder["build"]>>;

export type JobEnd =
  | { readonly state: "succeeded"; readonly note?: string; readonly result?: JobResult }
  | { readonly state: "failed"; readonly note: string };

/** Validates or builds the run's commit; a release run's build registers the release. */
export async function runBuildJob(
  host: Host,
  pipeline: Pipeline,
  releases: ReleasesFace,
  run: RunState,
  start: RunStart,
  kind: "validate" | "build",
  signal: AbortSignal,
): Promise<JobEnd> {
  const name = { app: run.app, run: run.number, job: kind };
  const log = new JobLog(pipeline.logs, name);
  try {
    const end = await buildOrValidate(host, pipeline, releases, run, start, kind, log, signal);
    log.line(end.state === "succeeded" ? `${kind} succeeded` : `${kind} failed: ${end.note}`);
    if (end.state === "succeeded") return end;
    return { ...end, note: `${end.note}; its log: ${pipeline.logs.locate(name)}` };
  } finally {
    await log.end();
  }
}

async function buildOrValidate(
  host: Host,
  pipeline: Pipeline,
  releases: ReleasesFace,
  run: RunState,
  start: RunStart,
  kind: "validate" | "build",
  log: JobLog,
  signal: AbortSignal,
): Promise<JobEnd> {
  const read = await configurationAt(pipeline, run.app, start.commit);
  if (!read.ok) {
    for (const problem of read.problems) log.line(problem);
    return { state: "failed", note: read.problems.join("; ") };
  }
  const builder = pipeline.builderOf(run.app);
  if (!builder) return { state: "failed", note: "this operator builds nothing" };
  const job = {
    app: run.app,
    commit: start.commit,
    build: read.configuration.build,
    log: log.line,
    signal,
  };
  const built: BuildOutcome =
    kind === "validate" ? await builder.validate(job) : await builder.build(job);
  if (!built.ok) return { state: "failed", note: built.reason ?? `${kind} failed` };
  const { artifact } = built;
  if (start.kind === "ci" || !artifact) return { state: "succeeded" };
  const release = await releases.register(
    {
      app: run.app,
      commit: start.commit,
      artifact,
      author: start.author,
      subject: start.subject,
      run: run.number,
    },
    operatorMeta(host, {
      id: `run-${run.app}-${run.number}-release`,
      actor: { name: `run ${run.number}`, via: "run" },
    }),
  );
  if (isRefusal(release)) return { state: "failed", note: release.message };
  return { state: "succeeded", note: `release ${release.id}`, result: { releaseId: release.id } };
}
