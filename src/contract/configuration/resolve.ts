import type { AppConfiguration } from "../../domain/app/configuration.ts";
import {
  configurationFaults,
  type EnvironmentConfiguration,
  type FlipPolicy,
  type SideConfiguration,
  type SideName,
} from "../../domain/configuration.ts";
import type { Fault } from "./problem.ts";
import type {
  ConfigurationFile,
  EnvironmentSection,
  ParsedConfiguration,
  SideSection,
  UnusableConfiguration,
} from "./types.ts";

type BlueGreenSection = Extract<EnvironmentSection, { readonly kind: "blue-green" }>;

/** What the operator that a file is for knows of the places that sides run on. */
export interface Places {
  readonly runtime: SideConfiguration["runtime"];
  /** A side of that runtime, complete, or why it can't be; the environment by its short name. */
  find(
    environment: string,
    side: SideName,
    written: SideSection,
  ): SideConfiguration | SideFault | Promise<SideConfiguration | SideFault>;
}

/** What is wrong with a side, and at which of its keys. */
export interface SideFault {
  readonly key: string;
  readonly fault: string;
}

export type ResolvedConfiguration =
  | { readonly ok: true; readonly configuration: AppConfiguration }
  | UnusableConfiguration;

/** The app's complete configuration for an operator, or why it can't run there. */
export async function resolveConfiguration(
  { configuration: file, place }: ParsedConfiguration,
  places: Places,
): Promise<ResolvedConfiguration> {
  const faults: Fault[] = [];
  const environments: Record<string, EnvironmentConfiguration> = {};
  for (const [name, section] of Object.entries(file.environments)) {
    const sides = await resolveSides(name, section, places, faults);
    if (!sides) continue;
    const environment = resolveEnvironment(file, section, sides);
    for (const message of configurationFaults(environment)) {
      faults.push({ path: ["environments", name], message });
    }
    environments[name] = environment;
  }
  if (faults.length > 0) return { ok: false, problems: faults.map(place) };
  return { ok: true, configuration: resolveApp(file, environments) };
}

/** Undefined, with the faults added, when one of the sides can't be there. */
async function resolveSides(
  environment: string,
  section: EnvironmentSection,
  places: Places,
  faults: Fault[],
): Promise<EnvironmentConfiguration["sides"] | undefined> {
  const before = faults.length;
  const sides: [SideName, SideConfiguration][] = [];
  for (const [side, written] of sideEntries(section.sides)) {
    const path = ["environments", environment, "sides", side];
    if (written.runtime !== places.runtime) {
      faults.push({ path: [...path, "runtime"], message: cannotRun(places, written) });
      continue;
    }
    const found = await places.find(environment, side, written);
    if ("fault" in found) faults.push({ path: [...path, found.key], message: found.fault });
    else sides.push([side, found]);
  }
  return faults.length > before ? undefined : Object.fromEntries(sides);
}

function cannotRun({ runtime }: Places, written: SideSection): string {
  const runs =
    runtime === "process" ? "tasks as processes on one machine" : "tasks as services of ECS";
  return `this operator runs ${runs} and can't run ${written.runtime}; write runtime: ${runtime}`;
}

function resolveApp(
  { app, branch, repository, build }: ConfigurationFile,
  environments: Readonly<Record<string, EnvironmentConfiguration>>,
): AppConfiguration {
  return {
    app,
    branch,
    ...(repository === undefined ? {} : { repository }),
    build: {
      ...(build.command === undefined ? {} : { command: build.command }),
      ...(build.validate === undefined ? {} : { validate: build.validate }),
      artifact: build.artifact,
      timeoutSeconds: build.timeout,
    },
    environments,
  };
}

function sideEntries(sides: EnvironmentSection["sides"]): [SideName, SideSection][] {
  return "main" in sides
    ? [["main", sides.main]]
    : [
        ["blue", sides.blue],
        ["green", sides.green],
      ];
}

function resolveEnvironment(
  file: ConfigurationFile,
  section: EnvironmentSection,
  sides: EnvironmentConfiguration["sides"],
): EnvironmentConfiguration {
  return {
    kind: section.kind,
    record: section.record,
    ...("preview" in section ? { preview: section.preview } : {}),
    ttlSeconds: section.ttl,
    sides,
    process: {
      start: section.start ?? file.build.start ?? "",
      healthPath: section.health ?? file.build.health,
      tasks: section.tasks,
      environment: section.env,
      graceSeconds: section.grace,
    },
    ...("standbyTasks" in section ? { standbyTasks: section.standbyTasks } : {}),
    ...("initialLive" in section ? { initialLive: section.initialLive } : {}),
    flip: section.kind === "blue-green" ? flipPolicy(section.flip) : IN_PLACE,
    deployTimeoutSeconds: section.deployTimeout,
  };
}

/** A single environment has no flips: its only side always has all traffic. */
const IN_PLACE: FlipPolicy = {
  approvals: { required: 0, expiresSeconds: 0, authorMayApprove: true },
  steps: [{ weight: 100, bakeSeconds: 0 }],
  drainSeconds: 0,
};

function flipPolicy({ approvals, steps, drain }: BlueGreenSection["flip"]): FlipPolicy {
  return {
    approvals: {
      required: approvals.required,
      expiresSeconds: approvals.expires,
      authorMayApprove: approvals.authorMayApprove,
    },
    steps: steps.map(({ weight, bake }) => ({ weight, bakeSeconds: bake })),
    drainSeconds: drain,
  };
}
