import type { AppState, NumberedRun } from "../../domain/app/decider.ts";
import { ciJobs, releaseJobs } from "../../domain/run/plan.ts";
import type { RunStart } from "../../domain/run/state.ts";
import type { CommitInfo } from "../../ports/repository.ts";
import type { Host } from "../host.ts";
import { operatorMeta } from "../operator-meta.ts";
import { runStream } from "../streams.ts";
import type { Pipeline, ReadConfiguration, RunJournal } from "./pipeline.ts";
import { CONFIGURATION_FILE } from "./pipeline.ts";

/** Plans the jobs of a numbered run from the commit's own configuration. */
export async function startRun(
  host: Host,
  runs: RunJournal,
  pipeline: Pipeline,
  app: AppState,
  numbered: NumberedRun,
): Promise<void> {
  const commit = await pipeline.repositoryOf(app.name)?.commit(numbered.commit);
  if (!commit) return;
  const told = await whatItBrings(pipeline, app.name, commit);
  const configuration = await configurationAt(pipeline, app.name, numbered.commit);
  const releaseBranch = app.configuration?.branch ?? "master";
  const kind = numbered.branch === releaseBranch ? "release" : "ci";
  const start: RunStart = {
    kind,
    branch: numbered.branch,
    commit: numbered.commit,
    author: told.author,
    subject: told.subject,
    jobs:
      kind === "release" && configuration.ok ? releaseJobs(configuration.configuration) : ciJobs(),
  };
  await runs.execute(runStream(app.name, numbered.run), {
    type: "start-run",
    start,
    meta: operatorMeta(host),
  });
}

/**
 * A merge's own author only merged, and its subject names a branch: who wrote what it brings, and
 * what that is, stands in its second parent. Whoever may not approve must be the one who wrote it (G3).
 */
async function whatItBrings(
  pipeline: Pipeline,
  app: string,
  commit: CommitInfo,
): Promise<CommitInfo> {
  const [, merged] = commit.parents;
  return (merged && (await pipeline.repositoryOf(app)?.commit(merged))) || commit;
}

/** The configuration as the commit has it. */
export async function configurationAt(
  pipeline: Pipeline,
  app: string,
  commit: string,
): Promise<ReadConfiguration> {
  const text = await pipeline.repositoryOf(app)?.file(commit, CONFIGURATION_FILE);
  if (text === undefined) {
    return { ok: false, problems: [`the commit has no ${CONFIGURATION_FILE} at its root`] };
  }
  return pipeline.readConfiguration(app, text);
}
