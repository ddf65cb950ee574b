import { ProcessBuilder } from "../../adapters/local/build/process-builder.ts";
import { openBareRepository } from "../../adapters/local/git/bare-repository.ts";
import { Git } from "../../adapters/local/git/git.ts";
import { GitCommitStatuses } from "../../adapters/local/git/git-commit-statuses.ts";
import { GitRepository } from "../../adapters/local/git/git-repository.ts";
import { installHooks } from "../../adapters/local/git/hooks.ts";
import { mergeBranch } from "../../adapters/local/git/merge-branch.ts";
import { FileLogStore } from "../../adapters/local/logs/file-log-store.ts";
import type { Pipeline } from "../../app/runs/pipeline.ts";
import type { AppConfiguration } from "../../domain/app/configuration.ts";
import type { Layout } from "./layout.ts";
import { repositoryPath } from "./layout.ts";
import type { ReadConfigurationText } from "./read-configuration.ts";

export interface LocalPipeline extends Pipeline {
  /**
   * Makes the app's bare repository with its hooks, where there is none; repeat it at each start.
   *
   * @throws GitError for one that is damaged
   */
  open(configuration: AppConfiguration): Promise<void>;
}

/** Repositories, builds and logs of this machine. */
export async function localPipeline(
  layout: Layout,
  read: ReadConfigurationText,
  hookCommand: readonly string[],
): Promise<LocalPipeline> {
  const repositoryOf = (app: string) => repositoryPath(layout, app);
  const builder = await ProcessBuilder.open({ directory: layout.builds, repositoryOf });
  const opened = new Map<string, GitRepository>();
  return {
    statuses: new GitCommitStatuses(repositoryOf),
    logs: new FileLogStore(layout.logs),
    repositoryOf: (app) => opened.get(app),
    builderOf: () => builder,
    readConfiguration(app, text) {
      const answer = read(app, text);
      if (answer.ok) return answer;
      return { ok: false, problems: answer.problems.map((problem) => problem.text) };
    },
    async merge(app, branch, into, author) {
      const merged = await mergeBranch(repositoryOf(app), branch, into, { author });
      return merged.kind === "merged"
        ? { ok: true, commit: merged.commit }
        : { ok: false, reason: merged.reason };
    },
    async open({ app, branch }) {
      const path = repositoryOf(app);
      await openBareRepository(path, branch);
      await installHooks(path, { command: hookCommand });
      const repository = new GitRepository(new Git(path));
      await repository.heads();
      opened.set(app, repository);
    },
  };
}
