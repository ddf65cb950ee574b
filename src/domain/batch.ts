import { madeAt } from "./command-age.ts";

/**
 * A log of decisions: `env#rainbow/production`, `app#rainbow`, `run#rainbow/000012`,
 * `release#rainbow/3f2a9c1`, `keys#operator`. The part before `#` is the kind.
 */
export type StreamName = string;

/** Who caused a decision, and through which door. */
export interface Actor {
  /** A person's or a machine's name: the name of the API key, or `operator` for the reconcile loop. */
  readonly name: string;
  readonly via: "api" | "cli" | "console" | "git" | "operator" | "run";
  /** The network address the command came from, where there was one. */
  readonly from?: string;
}

/** What every command carries beside its own fields. */
export interface CommandMeta {
  /** Chosen by the caller; repeating it returns the first outcome and changes nothing (G4). */
  readonly id: string;
  readonly actor: Actor;
  /** Why, in the caller's words. */
  readonly reason?: string;
  /** Refuse with `stale_revision` unless the log is at exactly this revision. */
  readonly expectRevision?: number;
}

/** A command with who asked, why, and the id that makes a repeat harmless. */
export type Asked<Command> = Command & { readonly meta: CommandMeta };

/** The meaning of batches that this version writes and understands. */
export const BATCH_SCHEMA = 1;

/** One decision: the events that one command appended, in one atomic write (G2, G10). */
export interface Batch<Event> {
  readonly stream: StreamName;
  /** Position in the stream, counted from 1 without gaps. */
  readonly revision: number;
  /** Absent for 1. A version that means something else by events of the same names writes another. */
  readonly schema?: number;
  /** Unique to this attempt to write; tells a repeated write from a rival one. */
  readonly id: string;
  /** Epoch milliseconds. */
  readonly at: number;
  readonly command: CommandMeta & {
    /** The command's type, for example `flip`. */
    readonly type: string;
    /** Canonical text of the command's own fields; equal for equal commands. */
    readonly fingerprint: string;
  };
  readonly events: readonly Event[];
}

/** A command that was carried out, and where its outcome stands. */
export interface RememberedCommand {
  readonly id: string;
  readonly type: string;
  readonly fingerprint: string;
  readonly revision: number;
  /**
   * Epoch milliseconds: neither this command nor any before it was made later, by its id's own word.
   * Clocks that make ids may be ahead of the one that writes the log, or be set back.
   */
  readonly latest: number;
}

/**
 * How many commands a state remembers, oldest first. An older repeat is found by reading the log.
 */
export const REMEMBERED_COMMANDS = 256;

export function remember(
  commands: readonly RememberedCommand[],
  batch: Batch<unknown>,
): readonly RememberedCommand[] {
  const { id, type, fingerprint } = batch.command;
  const latest = Math.max(commands.at(-1)?.latest ?? 0, batch.at, madeAt(id) ?? 0);
  const added = { id, type, fingerprint, revision: batch.revision, latest };
  return [...commands, added].slice(-REMEMBERED_COMMANDS);
}
