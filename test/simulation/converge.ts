import { appStream, environmentStream, runStream } from "../../src/app/streams.ts";
import type { AppConfiguration } from "../../src/domain/app/configuration.ts";
import { appDecider } from "../../src/domain/app/decider.ts";
import type { Batch } from "../../src/domain/batch.ts";
import { canonicalText } from "../../src/domain/canonical.ts";
import { environmentDecider } from "../../src/domain/environment/decider.ts";
import type { EnvironmentEvent } from "../../src/domain/environment/events.ts";
import type { EnvironmentState } from "../../src/domain/environment/state.ts";
import { recordsMissingFrom } from "../../src/domain/records.ts";
import { isRefusal } from "../../src/domain/refusal.ts";
import { runDecider } from "../../src/domain/run/decider.ts";
import type { RunState } from "../../src/domain/run/state.ts";
import type { EventStore } from "../../src/ports/event-store.ts";
import { Violation } from "./violation.ts";
import type { Witness } from "./witness.ts";
import type { OperatorProcess, World } from "./world.ts";
import { APP } from "./world.ts";

/** Timers that may end before everything must be at rest: more than an hour of the slowest pace. */
const MAX_TICKS = 600;

/** Calls in good order that may follow each other without time passing. */
const MAX_CALLS = 3000;

/**
 * Ends all faults and lets everything go on in good order, with a person on call who does what the
 * operator asks of one: resume, mend, unfreeze. Throws a `Violation` unless all comes to rest (G6).
 */
export async function converge(
  world: World,
  witness: Witness,
  configuration: AppConfiguration | undefined,
): Promise<void> {
  const { wire, zone } = world;
  wire.note(() => "from here on nothing goes wrong");
  zone.refusal = undefined;
  const process = world.alive[0] ?? world.startOperator();
  await wire.settle();
  if (configuration) await onCall(world, witness, process, configuration);
  let unrest: readonly string[] = [];
  for (let tick = 0; tick < MAX_TICKS; tick++) {
    await calm(world, witness);
    if (tick % 4 === 3) unrest = await unrestOf(world);
    if (tick % 4 === 3 && unrest.length === 0) return;
    if (tick % 20 === 19) await onCall(world, witness, process);
    await wire.tick();
  }
  throw new Violation("G6", `no rest after all faults ended: ${unrest.join("; ")}`);
}

/** Everything that is on the wire goes on, in order, until nothing is. */
export async function calm(world: World, witness: Witness): Promise<void> {
  const { wire, zone, runtime } = world;
  for (let call = 0; call < MAX_CALLS; call++) {
    for (const server of zone.behind) witness.takeUpNext(server);
    runtime.starting.clear();
    await witness.look();
    const [flight] = wire.flights;
    if (!flight) return;
    if (flight.state === "sent") await wire.deliver(flight);
    if (!flight.isOrphan) await wire.answer(flight);
    await wire.settle();
  }
  throw new Violation("G6", `${MAX_CALLS} calls at one moment: an operator is spinning`);
}

/** A person does what the state of an environment asks for. */
async function onCall(
  world: World,
  witness: Witness,
  process: OperatorProcess,
  configuration?: AppConfiguration,
): Promise<void> {
  const meta = (what: string) => ({
    id: `on-call-${what}-${world.wire.now}`,
    actor: { name: "oncall", via: "cli" as const },
  });
  const shift = process.ask(async ({ apps, environments }) => {
    if (configuration) await apps.configure(configuration, meta("apply"));
    const states = await environments.list(APP);
    for (const state of isRefusal(states) ? [] : states) {
      if (state.freeze)
        await environments.execute(state.name, { type: "unfreeze", meta: meta("unfreeze") });
      if (state.traffic.phase === "blocked") {
        const resumed = { type: "resume", meta: meta("resume") } as const;
        if (state.traffic.blocked?.code === "forbidden")
          await environments.execute(state.name, resumed);
        else await environments.mend(state.name, meta("mend"));
      } else if (state.drift.length > 0) await environments.mend(state.name, meta("mend"));
    }
  });
  let isOver = false;
  const end = () => {
    isOver = true;
  };
  shift.then(end, end);
  await world.wire.settle();
  for (let round = 0; round < 100 && !isOver; round++) await calm(world, witness);
}

async function unrestOf(world: World): Promise<readonly string[]> {
  const app = await foldOf(world.store, appStream(APP), appDecider);
  if (!app.configuration) return ["the app is not configured"];
  const environments = await Promise.all(
    Object.keys(app.configuration.environments).map((name) =>
      foldOf<EnvironmentState, EnvironmentEvent>(
        world.store,
        environmentStream(`${APP}/${name}`),
        environmentDecider,
      ),
    ),
  );
  const runs = await Promise.all(
    app.openRuns.map(({ run }) =>
      foldOf<RunState, never>(world.store, runStream(APP, run), runDecider),
    ),
  );
  const late = environments.filter((state) => !follows(state, app.configuration));
  return [
    ...(await Promise.all(environments.map((state) => unrestIn(world, state)))).flat(),
    ...late.map(({ name }) => `${name} does not follow the app's configuration`),
    ...recordsOf(world, environments),
    ...runs.filter((run) => !waitsForAPerson(run)).map((run) => `run ${run.number} is under way`),
  ];
}

function follows(state: EnvironmentState, app: AppConfiguration | undefined): boolean {
  const wanted = app?.environments[state.name.slice(APP.length + 1)];
  return canonicalText(state.configured?.configuration) === canonicalText(wanted);
}

async function unrestIn(world: World, state: EnvironmentState): Promise<readonly string[]> {
  const inFlight = Object.values(state.sides).some((s) => s.deployment?.state === "in-flight");
  const sides = await Promise.all(
    Object.entries(state.sides).map(async ([side, { release }]) => {
      const ref = { environment: state.name, side: side as "blue" };
      const { serving } = await world.runtime.observe(ref);
      if (serving?.digest === release?.artifact.digest) return [];
      return [`${side} of ${state.name} runs ${serving?.releaseId}, not ${release?.id}`];
    }),
  );
  return [
    ...(state.configured ? [] : [`${state.name} is not configured`]),
    ...(state.traffic.phase === "in-sync"
      ? []
      : [`records of ${state.name} ${state.traffic.phase}`]),
    ...(state.flip ? [`flip ${state.flip.id} is in flight`] : []),
    ...(inFlight ? [`a deployment to ${state.name} is in flight`] : []),
    ...(state.drift.length > 0 ? [`${state.name} has drifted`] : []),
    ...sides.flat(),
  ];
}

/** The zone holds what all the environments decided last, and nothing else. */
function recordsOf(world: World, environments: readonly EnvironmentState[]): readonly string[] {
  const wanted = environments.flatMap((state) => state.traffic.decisions.at(-1)?.records ?? []);
  const missing = recordsMissingFrom(wanted, world.zone.records);
  const foreign = recordsMissingFrom(world.zone.records, wanted);
  return missing.length + foreign.length === 0 ? [] : ["the zone's records are not the state's"];
}

function waitsForAPerson(run: RunState): boolean {
  return run.jobs.some(({ kind, state }) => kind === "flip" && state === "running");
}

interface Fold<State, Event> {
  initialState(stream: string): State;
  evolve(state: State, batch: Batch<Event>): State;
}

async function foldOf<State, Event>(
  store: EventStore,
  stream: string,
  { initialState, evolve }: Fold<State, Event>,
): Promise<State> {
  const batches = await store.read<Event>(stream, 0);
  return batches.reduce(evolve, initialState(stream));
}
