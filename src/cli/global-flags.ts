import {
  duration,
  type Flags,
  type FlagValues,
  nameOf,
  text,
  toggle,
  valueAfter,
} from "./flags.ts";

const everywhere = {
  json: toggle("--json", "Print the answer as JSON, for programs"),
  noColor: toggle("--no-color", "Print without colours, as NO_COLOR does"),
  dataDir: text(
    "--data-dir <dir>",
    "The data directory of a local Verdigris (VERDIGRIS_DATA_DIR; else .verdigris here or above)",
  ),
};

const ofOperators = {
  server: text(
    "--server <url>",
    "The operator to speak to (VERDIGRIS_SERVER); its key is in VERDIGRIS_API_KEY",
  ),
  table: text(
    "--table <name>",
    "The DynamoDB table to work on directly, with your AWS credentials (VERDIGRIS_TABLE)",
  ),
  region: text("--region <region>", "The AWS region of that table (VERDIGRIS_REGION; AWS_REGION)"),
  app: text("--app <name>", "The app (else that of verdigris.yaml here or above)"),
  timeout: duration("--timeout <duration>", "How long to wait, where something is waited for"),
};

const all = { ...everywhere, ...ofOperators };

/** Verbs that speak to an operator have flags that say which; those of this machine do not. */
export type VerbReach = "operator" | "machine";

export type GlobalFlags = FlagValues<typeof all>;

/** The flags that every verb of this reach has. */
export function globalFlags(reach: VerbReach): Flags {
  return reach === "operator" ? all : everywhere;
}

/** Those after which a value follows, for finding the verb among the words. */
export const GLOBALS_WITH_VALUE: readonly string[] = Object.values(all)
  .filter(({ syntax }) => valueAfter(syntax) === "required")
  .map(({ syntax }) => nameOf(syntax));
