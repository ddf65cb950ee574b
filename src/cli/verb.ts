import type { Control } from "./control.ts";
import type { Flags, FlagValues } from "./flags.ts";
import type { GlobalFlags, VerbReach } from "./global-flags.ts";
import type { ExitCode } from "./problem.ts";
import type { TableReach } from "./reach.ts";
import type { Surroundings } from "./surroundings.ts";
import type { Terminal } from "./terminal.ts";
import type { OpenedTable } from "./transport.ts";

/** What `--help` and the documentation say of a verb, and what its command line may hold. */
export interface VerbHelp<F extends Flags = Flags> {
  /** Whole sentences. */
  readonly description: string;
  readonly arguments: readonly Argument[];
  readonly flags: F;
  /** At least one. */
  readonly examples: readonly Example[];
  readonly reach: VerbReach;
}

export interface Argument {
  readonly name: string;
  readonly summary: string;
  readonly required: boolean;
}

export interface Example {
  /** Without the leading `verdigris`. */
  readonly command: string;
  readonly meaning: string;
}

/** One use of a verb. */
export interface Call<F extends Flags = Flags> extends Omit<Surroundings, "stdout" | "stderr"> {
  /** In the order of `VerbHelp.arguments`. */
  readonly arguments: readonly (string | undefined)[];
  readonly flags: FlagValues<F>;
  readonly globals: GlobalFlags;
  readonly terminal: Terminal;
  /** Of the program. */
  readonly version: string;
  /** What the verdigris.yaml here says of where the state is. */
  readonly control?: Control;
  /** The API on a table, in this process; the same for the same table. */
  openTable(reach: TableReach): OpenedTable;
}

export interface Verb<F extends Flags = Flags> extends VerbHelp<F> {
  /** Returns the exit code, or throws a `Problem`. */
  run(call: Call<F>): Promise<ExitCode>;
}

/** A verb as the program lists it: the rest is loaded when it is called. */
export interface VerbDefinition {
  readonly name: string;
  /** One line, without a full stop. */
  readonly summary: string;
  /** Left out of the list: for programs, not for people. */
  readonly hidden?: boolean;
  readonly load: () => Promise<Verb>;
}

/** Only infers the type of the flags. */
export function defineVerb<F extends Flags>(verb: Verb<F>): Verb<F> {
  return verb;
}

/** Only infers the type of the flags. */
export function defineHelp<F extends Flags>(help: VerbHelp<F>): VerbHelp<F> {
  return help;
}
