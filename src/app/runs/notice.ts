import type { NumberedRun } from "../../domain/app/decider.ts";
import { isRefusal } from "../../domain/refusal.ts";
import type { Host } from "../host.ts";
import { operatorMeta } from "../operator-meta.ts";
import { appStream } from "../streams.ts";
import type { AppJournal, Pipeline } from "./pipeline.ts";

/** Numbers a run for each branch whose newest commit has none. Looking twice starts nothing twice. */
export async function noticeCommits(
  host: Host,
  apps: AppJournal,
  pipeline: Pipeline,
  app: string,
): Promise<readonly NumberedRun[]> {
  const repository = pipeline.repositoryOf(app);
  if (!repository) return [];
  const heads = await repository.heads();
  const { heads: known } = await apps.load(appStream(app));
  const numbered: NumberedRun[] = [];
  for (const { branch, commit } of heads) {
    if (known[branch]?.commit === commit) continue;
    const outcome = await apps.execute(appStream(app), {
      type: "number-run",
      branch,
      commit,
      meta: operatorMeta(host),
    });
    if (isRefusal(outcome)) continue;
    for (const event of outcome.events) {
      if (event.type === "RunNumbered") numbered.push({ run: event.run, branch, commit });
    }
  }
  const present = new Set(heads.map(({ branch }) => branch));
  for (const branch of Object.keys(known).filter((name) => !present.has(name))) {
    await apps.execute(appStream(app), {
      type: "forget-branch",
      branch,
      meta: operatorMeta(host),
    });
  }
  return numbered;
}
