import type { BuildConfiguration } from "../domain/app/configuration.ts";
import type { Artifact } from "../domain/release.ts";

/** Turns a commit into something that runs. Both verbs may be repeated for the same commit. */
export interface Builder {
  /** Runs the app's own checks on the commit. */
  validate(job: BuildJob): Promise<BuildResult>;
  /** Makes the artifact; equal content gives an equal digest. */
  build(job: BuildJob): Promise<BuildResult & { readonly artifact?: Artifact }>;
}

export interface BuildJob {
  readonly app: string;
  /** 40 hexadecimal digits. */
  readonly commit: string;
  readonly build: BuildConfiguration;
  /** Called with each line the commands print, without its line end. */
  readonly log: (line: string) => void;
  /** Ends the commands, and all processes they started. */
  readonly signal: AbortSignal;
}

export interface BuildResult {
  readonly ok: boolean;
  /** When not ok: which command failed and how, in one line. */
  readonly reason?: string;
}
