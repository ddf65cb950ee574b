import { ProcessBuilder } from "../../adapters/local/build/process-builder.ts";
import { openBareRepository } from "../../adapters/local/git/bare-repository.ts";
import { Git } from "../../adapters/local/git/git.ts";
import { GitCommitStatuses } from "../../adapters/local/git/git-commit-statuses.ts";
import { GitRepository } from "../../adapters/local/git/git-repository.ts";
import { installHooks } from "../../adapters/local/git/hooks.ts";
import { mergeBranch } from "../../adapters/local/git/merge-branch.ts";
import { FileLogStore } from "../../adapters/local/logs/file-log-store.ts";
import type { Host } from "../../app/host.ts";
import type { Operator } from "../../app/operator.ts";
import type { Pipeline } from "../../app/runs/pipeline.ts";
import type { AppConfiguration } from "../../domain/app/configuration.ts";
import type { AroundPort } from "../faults/around-ports.ts";
import { type GitHubLink, statusesOn } from "../git-hub.ts";
import type { ReadConfigurationText } from "../read-configuration.ts";
import type { Layout } from "./layout.ts";
import { repositoryPath } from "./layout.ts";

export interface LocalPipeline extends Pipeline {
  /**
   * Makes the app's bare repository with its hooks, where there is none; repeat it at each start.
   *
   * @throws GitError for one that is damaged
   */
  open(configuration: AppConfiguration): Promise<void>;
}

export interface LocalPipelineParts {
  readonly layout: Layout;
  readonly read: ReadConfigurationText;
  /** What a repository's hooks run. */
  readonly hookCommand: readonly string[];
  readonly around: AroundPort;
  readonly host: Host;
  readonly link: GitHubLink;
  /** The operator that the pipeline is of, which is made after it. */
  readonly operator: () => Operator;
  /** Ends what is being shown on GitHub. */
  readonly signal: AbortSignal;
}

/** Repositories, builds and logs of this machine. */
export async function localPipeline(parts: LocalPipelineParts): Promise<LocalPipeline> {
  const { layout, read, hookCommand, around, host, link, operator, signal } = parts;
  const repositoryOf = (app: string) => repositoryPath(layout, app);
  const builder = around(
    "Builder",
    await ProcessBuilder.open({ directory: layout.builds, repositoryOf }),
  );
  const opened = new Map<string, GitRepository>();
  const repository = around("Repository", { merge: mergeBranch });
  return {
    statuses: statusesOn(
      link,
      around("CommitStatuses", new GitCommitStatuses(repositoryOf)),
      operator,
      host,
      signal,
    ),
    logs: around("LogStore", new FileLogStore(layout.logs)),
    repositoryOf: (app) => opened.get(app),
    builderOf: () => builder,
    async readConfiguration(app, text) {
      const answer = await read(app, text);
      if (answer.ok) return answer;
      return { ok: false, problems: answer.problems.map((problem) => problem.text) };
    },
    async merge(app, branch, into, author, commandId) {
      const settings = { author, commandId };
      const merged = await repository.merge(repositoryOf(app), branch, into, settings);
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
      opened.set(app, around("Repository", repository));
    },
  };
}
