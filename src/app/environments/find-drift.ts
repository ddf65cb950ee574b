import type { DriftedSide, DriftedWorld } from "../../domain/environment/commands.ts";
import type { DriftItem, EnvironmentState } from "../../domain/environment/state.ts";
import { recordNames, wantedRecords } from "../../domain/environment/traffic.ts";
import type { RecordSet } from "../../domain/records.ts";
import { recordKey, recordsMissingFrom, showRecord } from "../../domain/records.ts";
import { sidesOf } from "./side-of.ts";
import type { World } from "./world.ts";

/** What is different, with what a mending decision needs to know of it. */
export interface FoundDrift {
  readonly items: readonly DriftItem[];
  readonly world: DriftedWorld;
}

/** Whether no record and no side is being changed, so that any difference is drift; a flip may bake or drain. */
export function isSettled(state: EnvironmentState): boolean {
  const deploying = Object.values(state.sides).some((s) => s.deployment?.state === "in-flight");
  return state.traffic.phase === "in-sync" && !deploying;
}

/** Compares records, answers and what the sides run with the state (G11). */
export async function findDrift(state: EnvironmentState, world: World): Promise<FoundDrift> {
  const configuration = state.configured?.configuration;
  if (!configuration) return { items: [], world: { sides: [] } };
  const mend = mendOf(state);
  const found = await world.zone.observe(recordNames(configuration));
  const records = recordDifferences(wantedRecords(state), found).map(
    (difference): DriftItem => ({ kind: "records", ...difference, mend }),
  );
  const answers = records.length > 0 ? [] : await answerDifferences(state, world);
  const sides = await sideDifferences(state, world);
  return {
    items: [
      ...records,
      ...answers.map((difference): DriftItem => ({ kind: "answers", ...difference, mend })),
      ...sides.map(
        ({ side, expected, found, mend }): DriftItem => ({
          kind: "side",
          side,
          expected,
          found,
          mend,
        }),
      ),
    ],
    world: {
      ...(records.length > 0 ? { records: found } : {}),
      sides: sides.map(({ side, replaces }) => ({
        side,
        ...(replaces === undefined ? {} : { replaces }),
      })),
    },
  };
}

function mendOf(state: EnvironmentState): string {
  return `verdigris drift ${state.name} --mend`;
}

interface Difference {
  readonly expected: string;
  readonly found: string;
}

function recordDifferences(
  wanted: readonly RecordSet[],
  found: readonly RecordSet[],
): readonly Difference[] {
  const missing = recordsMissingFrom(wanted, found);
  const changed = missing.map((record): Difference => {
    const instead = found.find((other) => recordKey(other) === recordKey(record));
    return {
      expected: showRecord(record),
      found: instead ? showRecord(instead) : "no such record",
    };
  });
  const keys = new Set(wanted.map(recordKey));
  const extra = found
    .filter((record) => !keys.has(recordKey(record)))
    .map((record): Difference => ({ expected: "no such record", found: showRecord(record) }));
  return [...changed, ...extra];
}

/** The zone may say one thing and its servers another. */
async function answerDifferences(
  state: EnvironmentState,
  world: World,
): Promise<readonly Difference[]> {
  const wanted = wantedRecords(state).find((record) => record.type === "TXT");
  if (!wanted) return [];
  const answers = await world.zone.ask(wanted.name, "TXT");
  return answers
    .filter((answer) => answer.rcode !== "TIMEOUT")
    .filter((answer) => answer.values.join() !== wanted.values.join())
    .map(({ server, rcode, values }) => ({
      expected: `${showRecord(wanted)} from ${server}`,
      found: values.length > 0 ? values.map((value) => JSON.stringify(value)).join(" ") : rcode,
    }));
}

async function sideDifferences(
  state: EnvironmentState,
  world: World,
): Promise<readonly (Difference & DriftedSide & { mend: string })[]> {
  const differences = await Promise.all(
    sidesOf(state).map(async (one) => {
      const { side } = one;
      const release = state.sides[side]?.release;
      const observed = await world.runtime.observe(one);
      const { serving, revision = 0 } = observed;
      const foreign = revision > state.revision ? { replaces: revision } : {};
      // Where nothing is on record there is nothing to put back.
      const mend = release ? mendOf(state) : `verdigris deploy ${state.name}`;
      const runs = (what: string) => `${side} runs ${what}`;
      const released = release ? `${release.id} (${release.artifact.digest})` : "nothing";
      if (serving?.digest !== release?.artifact.digest) {
        const found = serving ? `${serving.releaseId} (${serving.digest})` : "nothing";
        return { side, expected: runs(released), found, mend, ...foreign };
      }
      if (serving?.altered !== undefined) {
        return { side, expected: runs(released), found: serving.altered, mend, ...foreign };
      }
      if (foreign.replaces === undefined) return undefined;
      const found = `a deployment of revision ${revision}, which is not on record`;
      return { side, expected: runs(released), found, mend, ...foreign };
    }),
  );
  return differences.filter((difference) => difference !== undefined);
}
