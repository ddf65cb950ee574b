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

/** Where a side's load balancer listens when the file does not say; the environment by its short name. */
export type Listeners = (
  environment: string,
  side: SideName,
) => { readonly address: string; readonly port: number };

export type ResolvedConfiguration =
  | { readonly ok: true; readonly configuration: AppConfiguration }
  | UnusableConfiguration;

/** The app's complete configuration for an operator on one machine, or why it can't run there. */
export function resolveConfiguration(
  { configuration: file, place }: ParsedConfiguration,
  listeners: Listeners,
): ResolvedConfiguration {
  const faults: Fault[] = [];
  const environments: Record<string, EnvironmentConfiguration> = {};
  for (const [name, section] of Object.entries(file.environments)) {
    const found = runtimeFaults(name, section);
    if (found.length > 0) {
      faults.push(...found);
      continue;
    }
    const environment = resolveEnvironment(file, section, (side) => listeners(name, side));
    for (const message of configurationFaults(environment)) {
      faults.push({ path: ["environments", name], message });
    }
    environments[name] = environment;
  }
  if (faults.length > 0) return { ok: false, problems: faults.map(place) };
  return { ok: true, configuration: resolveApp(file, environments) };
}

function resolveApp(
  { app, branch, build }: ConfigurationFile,
  environments: Readonly<Record<string, EnvironmentConfiguration>>,
): AppConfiguration {
  return {
    app,
    branch,
    build: {
      ...(build.command === undefined ? {} : { command: build.command }),
      ...(build.validate === undefined ? {} : { validate: build.validate }),
      artifact: build.artifact,
      timeoutSeconds: build.timeout,
    },
    environments,
  };
}

function runtimeFaults(name: string, { sides }: EnvironmentSection): Fault[] {
  return sideEntries(sides).flatMap(([side, { runtime }]) =>
    runtime === "process"
      ? []
      : [
          {
            path: ["environments", name, "sides", side, "runtime"],
            message: `this operator runs tasks as processes on one machine and can't run ${runtime}; write runtime: process`,
          },
        ],
  );
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
  listener: (side: SideName) => { readonly address: string; readonly port: number },
): EnvironmentConfiguration {
  return {
    kind: section.kind,
    record: section.record,
    ...("preview" in section ? { preview: section.preview } : {}),
    ttlSeconds: section.ttl,
    sides: Object.fromEntries(
      sideEntries(section.sides).map(([side, written]) => [
        side,
        resolveSide(written, listener(side)),
      ]),
    ),
    process: {
      start: section.start ?? file.build.start ?? "",
      healthPath: section.health ?? file.build.health,
      tasks: section.tasks,
      environment: section.env,
      graceSeconds: section.grace,
    },
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

function resolveSide(
  written: SideSection,
  listener: { readonly address: string; readonly port: number },
): SideConfiguration {
  const own: Partial<typeof listener> = written.runtime === "process" ? written : {};
  return {
    runtime: "process",
    address: own.address ?? listener.address,
    port: own.port ?? listener.port,
  };
}
