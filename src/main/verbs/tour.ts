import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { knownLayout } from "../../cli/data-layout.ts";
import { TOUR } from "../../cli/machine-verbs.ts";
import { connect } from "../../cli/operator-api.ts";
import { EXIT } from "../../cli/problem.ts";
import type { Call } from "../../cli/verb.ts";
import { defineVerb } from "../../cli/verb.ts";
import { layoutOf } from "../machine/layout.ts";
import { stopMachine } from "../machine/stop-machine.ts";
import { awaitsApproval, passed, Workflow } from "../sample/workflow.ts";
import { WorkingClone } from "../sample/working-clone.ts";
import { startChildMachine } from "../tour/child-machine.ts";
import { Outside } from "../tour/outside.ts";
import type { Known, TourWorld } from "../tour/steps.ts";
import { STEPS } from "../tour/steps.ts";
import { ownCommand } from "./data-directory.ts";

const SHORT_TTL_SECONDS = 2;

/** What became of one step. */
interface StepReport {
  readonly step: number;
  readonly title: string;
  readonly ok: boolean;
  readonly evidence: string;
  readonly seconds: number;
}

export const tour = defineVerb({
  ...TOUR.help,
  async run(call) {
    const named = call.globals.dataDir;
    const directory = named ?? (await mkdtemp(join(tmpdir(), "verdigris-tour-")));
    const ttlSeconds = call.flags.ttl ?? SHORT_TTL_SECONDS;
    const layout = layoutOf(directory);
    knownLayout(layout.directory);
    try {
      const world = await prepare(call, directory, ttlSeconds);
      return (await perform(call, world)) ? EXIT.done : EXIT.failed;
    } finally {
      await stopMachine(layout, call.clock, new AbortController().signal);
      if (named === undefined) await rm(directory, { recursive: true, force: true });
    }
  },
});

/** A machine on which version 1 is live. */
async function prepare(call: Call, directory: string, ttlSeconds: number): Promise<TourWorld> {
  const { terminal, clock, signal } = call;
  terminal.say("Preparing: an app, its repository, and version 1 live …");
  const clone = await WorkingClone.open(join(directory, "rainbow"), {
    ttl: `${ttlSeconds}s`,
    drain: `${ttlSeconds}s`,
  });
  const { ready } = await startChildMachine(ownCommand(), directory, clone.directory);
  await clone.connect(ready.git ?? "");
  const api = connect({ ...call, globals: { ...call.globals, dataDir: directory } });
  const workflow = new Workflow(api, "rainbow", clock, signal);
  const commit = await clone.commitVersion("version-1", "1.0.0");
  await clone.push("version-1");
  await workflow.runOf("version-1", commit, passed, "CI");
  const merged = await workflow.merge("version-1");
  await workflow.runOf("master", merged.commit, awaitsApproval, "the release");
  const { request } = await workflow.environment("production");
  await workflow.approve(request?.id ?? "");
  await workflow.until("version 1 to be live", async () => {
    const { flip, lastFlip } = await workflow.environment("production");
    return flip === undefined && lastFlip ? true : undefined;
  });
  await clone.pullMaster();
  const outside = new Outside(ready.gateway, ready.dns);
  return { layout: layoutOf(directory), ready, clone, workflow, outside, ttlSeconds };
}

/** Whether all twelve steps hold. A step that does not ends the tour: the next ones rest on it. */
async function perform(call: Call, world: TourWorld): Promise<boolean> {
  const { terminal, clock } = call;
  const known: Known = {};
  const reports: StepReport[] = [];
  for (const [index, { title, perform }] of STEPS.entries()) {
    const began = clock.elapsed();
    const { ok, evidence } = await perform(world, known).then(
      (found) => ({ ok: true, evidence: found }),
      (error: unknown) => ({
        ok: false,
        evidence: error instanceof Error ? error.message : String(error),
      }),
    );
    const seconds = Math.round((clock.elapsed() - began) / 100) / 10;
    reports.push({ step: index + 1, title, ok, evidence, seconds });
    terminal.say(
      `${String(index + 1).padStart(2)} ${ok ? "ok  " : "FAIL"} ${title} [${seconds} s]`,
      `        ${evidence}`,
    );
    if (!ok) break;
  }
  const holds = reports.length === STEPS.length && reports.every(({ ok }) => ok);
  await known.visitors?.leave();
  if (terminal.json) terminal.document({ ok: holds, steps: reports });
  else
    terminal.say(holds ? "All twelve steps hold." : "The tour ended at a step that does not hold.");
  return holds;
}
