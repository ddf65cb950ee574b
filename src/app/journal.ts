import type { Batch, CommandMeta, RememberedCommand, StreamName } from "../domain/batch.ts";
import { REMEMBERED_COMMANDS } from "../domain/batch.ts";
import { canonicalText } from "../domain/canonical.ts";
import { madeAt } from "../domain/command-age.ts";
import type { Decider, Folded, ReadOnly } from "../domain/decider.ts";
import type { Decision, Refusal } from "../domain/refusal.ts";
import { isRefusal, refuse } from "../domain/refusal.ts";
import type { Feed } from "./feed.ts";
import { explain, fold, LogNotUnderstood, readOnlyRefusal } from "./fold.ts";
import type { Host } from "./host.ts";
import { Mutex } from "./mutex.ts";
import type { Outcome } from "./operator.ts";
import { isSound } from "./projection.ts";
import { Projector } from "./projector.ts";

type AnyCommand = {
  readonly type: string;
  readonly meta: CommandMeta;
  /** What was looked up to carry out the command, and not asked for: a repeat may find it otherwise. */
  readonly found?: unknown;
};

/** Rivals for one log, after which a command gives up. Each lost round means that somebody else won one. */
const MAX_ROUNDS = 100;

/**
 * One kind of log: folds it, decides commands on it and appends what they decide. What was folded
 * is kept, so a command on a log that nobody else wrote to costs one conditional write and no read;
 * a log that did move on makes the write fail, and then the command is decided anew on what is there now.
 */
export class Journal<
  State extends Folded,
  Command extends AnyCommand,
  Event extends { readonly type: string },
> {
  readonly #host: Host;
  readonly #decider: Decider<State, Command, Event>;
  readonly #feed: Feed;
  readonly #projector: Projector;
  readonly #folded = new Map<StreamName, State>();
  readonly #mutex = new Mutex();

  constructor(host: Host, decider: Decider<State, Command, Event>, feed: Feed) {
    this.#host = host;
    this.#decider = decider;
    this.#feed = feed;
    this.#projector = new Projector(host, decider.schema);
  }

  /**
   * The state as of everything acknowledged before the call, or, marked as read-only, as of the last
   * batch that this version understands.
   */
  async load(stream: StreamName): Promise<State> {
    const known = this.#folded.get(stream);
    const { from, batches } = known
      ? { from: known, batches: await this.#host.store.read<Event>(stream, known.revision) }
      : await this.#begin(stream);
    const { state, understood } = fold(this.#decider, from, batches);
    this.#keep(stream, state, understood);
    return this.#folded.get(stream) ?? state;
  }

  /** The state as last seen by this process, without asking the table. */
  async recent(stream: StreamName): Promise<State> {
    return this.#folded.get(stream) ?? this.load(stream);
  }

  /** Decides the command and puts it on record, or says why not. A repeated command returns its first outcome. */
  execute(stream: StreamName, command: Command): Promise<Outcome<State, Event> | Refusal> {
    return this.#mutex.run(stream, () => this.#execute(stream, command));
  }

  /** What the command would do now. */
  async preview(
    stream: StreamName,
    command: Command,
  ): Promise<{ before: State; after: State; events: readonly Event[] } | Refusal> {
    const before = await this.load(stream);
    const events = this.#decide(stream, before, command);
    if (isRefusal(events)) return events;
    const after =
      events.length === 0
        ? before
        : this.#decider.evolve(before, this.#batch(stream, before, command, events));
    return { before, after, events };
  }

  /** The whole log with the state around each batch, oldest first. Rejects with LogNotUnderstood. */
  async replay(
    stream: StreamName,
  ): Promise<readonly { batch: Batch<Event>; before: State; after: State }[]> {
    let before = this.#decider.initialState(stream);
    return (await this.#host.store.read<Event>(stream, 0)).map((batch) => {
      const { state: after } = fold(this.#decider, before, [batch]);
      if (after.readOnly) throw new LogNotUnderstood(stream, after.readOnly);
      const step = { batch, before, after };
      before = after;
      return step;
    });
  }

  /** Waits until what a person reads in the table has caught up. */
  flush(): Promise<void> {
    return this.#projector.flush();
  }

  async #execute(stream: StreamName, command: Command): Promise<Outcome<State, Event> | Refusal> {
    let state = await this.recent(stream);
    let isFresh = false;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      const earlier = await this.#earlier(stream, state, command);
      if (earlier) return earlier;
      const events = this.#decide(stream, state, command);
      const writes = !isRefusal(events) && events.length > 0;
      if (!writes && !isFresh) {
        state = await this.load(stream);
        isFresh = true;
        continue;
      }
      if (isRefusal(events)) return events;
      if (!writes) {
        return { kind: "done", revision: state.revision, events, state, repeated: false };
      }
      const batch = this.#batch(stream, state, command, events);
      const appended = await this.#host.store.append(batch);
      if (appended.kind === "appended") {
        const after = this.#decider.evolve(state, batch);
        this.#keep(stream, after, [batch]);
        return { kind: "done", revision: after.revision, events, state: after, repeated: false };
      }
      state = await this.load(stream);
      isFresh = true;
    }
    throw new LogIsContended(stream, command.type);
  }

  #decide(stream: StreamName, state: State, command: Command): Decision<Event> {
    if (state.readOnly) return readOnlyRefusal(stream, state.readOnly);
    return this.#decider.decide(state, command, this.#host.clock.now());
  }

  #batch(
    stream: StreamName,
    state: State,
    command: Command,
    events: readonly Event[],
  ): Batch<Event> {
    return {
      stream,
      revision: state.revision + 1,
      id: this.#host.newId(),
      at: this.#host.clock.now(),
      command: { ...command.meta, type: command.type, fingerprint: fingerprintOf(command) },
      events,
    };
  }

  /** The outcome of an earlier command of the same id, or a refusal when that was another command. */
  async #earlier(
    stream: StreamName,
    state: State,
    command: Command,
  ): Promise<Outcome<State, Event> | Refusal | undefined> {
    const found =
      state.commands.find((one) => one.id === command.meta.id) ??
      (await this.#forgotten(stream, state, command.meta.id));
    if (!found) return undefined;
    if (found.type !== command.type || found.fingerprint !== fingerprintOf(command)) {
      return refuse(
        "command_id_reused",
        `Command id ${command.meta.id} was used before for another command (${found.type}, at revision ${found.revision}). Nothing was changed. Give each new command an id of its own.`,
        { commandId: command.meta.id, command: found.type, revision: found.revision },
      );
    }
    const [batch] = await this.#host.store.read<Event>(stream, found.revision - 1);
    return {
      kind: "done",
      revision: found.revision,
      events: batch?.events ?? [],
      state,
      repeated: true,
    };
  }

  /** Looks in the log behind what the state remembers, unless the id tells that it is newer than that. */
  async #forgotten(
    stream: StreamName,
    state: State,
    id: string,
  ): Promise<RememberedCommand | undefined> {
    const oldest = state.commands[0];
    if (!oldest || state.commands.length < REMEMBERED_COMMANDS) return undefined;
    const made = madeAt(id);
    if (made !== undefined && made > oldest.latest) return undefined;
    const batches = await this.#host.store.read<Event>(stream, 0);
    const batch = batches.find((one) => one.command?.id === id);
    if (!batch) return undefined;
    const { type, fingerprint } = batch.command;
    return { id, type, fingerprint, revision: batch.revision, latest: oldest.latest };
  }

  /** Where a fold begins, and the batches behind: at the projection where that can be relied on. */
  async #begin(
    stream: StreamName,
  ): Promise<{ readonly from: State; readonly batches: readonly Batch<Event>[] }> {
    const { store, log } = this.#host;
    const projection = await store.projection(stream);
    if (projection?.schema === this.#decider.schema && projection.revision > 0) {
      const [last, ...batches] = await store.read<Event>(stream, projection.revision - 1);
      if (isSound(this.#host, projection, last))
        return { from: projection.state as State, batches };
      log("warn", `the projection of ${stream} is broken and is made anew from the log`);
    }
    return {
      from: this.#decider.initialState(stream),
      batches: await store.read<Event>(stream, 0),
    };
  }

  #keep(stream: StreamName, state: State, batches: readonly Batch<Event>[]): void {
    const kept = this.#folded.get(stream);
    const isNewer = state.revision > (kept?.revision ?? -1);
    const isOtherwise = state.revision === kept?.revision && !isSame(kept.readOnly, state.readOnly);
    if (!isNewer && !isOtherwise) return;
    this.#folded.set(stream, state);
    if (state.readOnly) this.#host.log("error", explain(stream, state.readOnly));
    if (batches.length === 0) return;
    if (!state.readOnly) this.#projector.project(stream, state);
    for (const batch of batches) {
      if (batch.revision > (kept?.revision ?? 0)) {
        this.#feed.publish(batch);
      }
    }
  }
}

function isSame(one: ReadOnly | undefined, other: ReadOnly | undefined): boolean {
  return one?.revision === other?.revision && one?.because === other?.because;
}

function fingerprintOf(command: AnyCommand): string {
  const { meta: _, found: __, ...own } = command;
  return canonicalText(own);
}

/** So many others won the race for a log that the command gave up; it changed nothing. */
export class LogIsContended extends Error {
  readonly stream: StreamName;
  readonly command: string;

  constructor(stream: StreamName, command: string) {
    super(`${command} on ${stream} lost to ${MAX_ROUNDS} rivals and was given up; nothing changed`);
    this.name = "LogIsContended";
    this.stream = stream;
    this.command = command;
  }
}
