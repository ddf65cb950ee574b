import type { z } from "zod";
import type { environmentSection } from "./environment-section.ts";
import type { Fault, Problem } from "./problem.ts";
import type { fileSchema } from "./schema.ts";
import type { sideSection } from "./side-section.ts";

/**
 * A whole, valid `verdigris.yaml`: defaults filled in, every duration in seconds. What each key
 * means is in `docs/configuration.md`.
 */
export type ConfigurationFile = z.output<typeof fileSchema>;

/** One entry of `environments`. */
export type EnvironmentSection = z.output<typeof environmentSection>;

/** One entry of an environment's `sides`. */
export type SideSection = z.output<typeof sideSection>;

/** A file that can be used, and the means to say where in it something is. */
export interface ParsedConfiguration {
  readonly ok: true;
  readonly configuration: ConfigurationFile;
  place(fault: Fault): Problem;
}

/** Everything that keeps a file from being used: at least one problem, sorted by line. */
export interface UnusableConfiguration {
  readonly ok: false;
  readonly problems: readonly Problem[];
}
