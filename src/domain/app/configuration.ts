import type { EnvironmentConfiguration } from "../configuration.ts";

/** How a commit becomes an artifact. Commands are run by `sh -c` in a fresh checkout. */
export interface BuildConfiguration {
  /** Fetches and compiles, for example `npm ci`; none when absent. */
  readonly command?: string;
  /** What CI must pass; none when absent. */
  readonly validate?: string;
  /** The folder that is released, relative to the repository's root: `.` for all of it. */
  readonly artifact: string;
  /** The longest time that each command may take. */
  readonly timeoutSeconds: number;
}

/** An app's whole configuration, complete. */
export interface AppConfiguration {
  readonly app: string;
  /** Where a commit starts a release. */
  readonly branch: string;
  /** Where its repository is hosted, `github.com/acme/rainbow`; absent where nobody there is told. */
  readonly repository?: string;
  readonly build: BuildConfiguration;
  /** By the environment's short name. Single environments are deployed beside blue-green ones. */
  readonly environments: Readonly<Record<string, EnvironmentConfiguration>>;
}
