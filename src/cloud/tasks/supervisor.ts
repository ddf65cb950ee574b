import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { steadyNow } from "../../machine/steady-now.ts";
import type { DeploymentSpec } from "../control/protocol.ts";
import type { TargetGroup } from "../target-group.ts";
import { adoptServices, endStrays, instanceOf } from "./adoption.ts";
import { LoopbackPorts } from "./loopback-ports.ts";
import { ServiceDriver } from "./service-driver.ts";
import type { TasksStatus } from "./service-status.ts";
import { SUPERVISOR_LIMITS, type SupervisorLimits, type Surroundings } from "./surroundings.ts";
import { serviceParts } from "./task-environment.ts";
import { TaskLogs } from "./task-logs.ts";

export interface SupervisorOptions {
  /** The data directory; one supervisor at a time may have it. Made when it isn't there. */
  readonly directory: string;
  /** Called when a task of the service first is to get requests; its answer isn't kept. */
  readonly targetGroupOf: (service: string) => TargetGroup;
  /** Epoch milliseconds by a clock that only runs on; `steadyNow` unless given. */
  readonly now?: () => number;
  readonly limits?: Partial<SupervisorLimits>;
  /** Told, in one line, of what went wrong where no caller waits for an answer; stderr unless given. */
  readonly report?: (problem: string) => void;
}

/** Runs the tasks of services. A service's name reads `app/environment/side`. */
export interface Supervisor {
  /**
   * Asks for the deployment to replace what serves. Resolves when the wish is on disk; `status`
   * tells how it goes. One that fails leaves what serves as it was.
   *
   * @throws Error when the wish is malformed or can't be saved; nothing has changed then
   */
  deploy(service: string, spec: DeploymentSpec): Promise<void>;
  /**
   * Asks for this number of tasks of what serves and of what is starting.
   *
   * @throws Error when nothing is deployed, or as `deploy` does
   */
  scale(service: string, tasks: number): Promise<void>;
  /** A service nobody deployed to has neither `serving` nor `pending`. */
  status(service: string): TasksStatus;
  /** Names of all services that were deployed to. */
  services(): readonly string[];
  /** The last lines, at most 10,000, of what serves and of the newest deployment, oldest first. */
  logs(service: string, lastLines: number): Promise<readonly string[]>;
  /**
   * Ends the supervisor. `keep` leaves the tasks running for the next one to adopt; `stop` drains
   * and ends them, within the drain's time and the longest grace, and the next one starts them again.
   */
  stop(how: { readonly tasks: "keep" | "stop" }): Promise<void>;
}

/**
 * Starts with what the data directory holds: tasks that still run are adopted, and those of them
 * that serve are in their target groups when the promise resolves. All else follows.
 *
 * @throws Error that names the file when one can't be understood; tasks are left as they are
 */
export async function startSupervisor(options: SupervisorOptions): Promise<Supervisor> {
  const world = await surroundings(options);
  const { drivers, strays } = await adoptServices(world);
  const keeping = new AbortController();
  const straysEnded = endStrays(strays, world, keeping.signal);
  const sweeping = sweepEverySoOften(world, drivers);
  let stopped: Promise<void> | undefined;

  async function stop(tasks: "keep" | "stop"): Promise<void> {
    clearInterval(sweeping);
    const all = [...drivers.values()];
    try {
      if (tasks === "stop") await Promise.all(all.map((driver) => driver.rest()));
      else keeping.abort();
    } finally {
      await Promise.all([straysEnded, ...all.map((driver) => driver.close())]);
    }
  }

  return {
    async deploy(service, spec) {
      serviceParts(service);
      checkCount(spec.tasks);
      if (stopped) throw new Error("The supervisor is stopped; nothing was changed.");
      const driver = drivers.get(service) ?? new ServiceDriver(service, world);
      drivers.set(service, driver);
      await driver.deploy(spec);
    },
    async scale(service, tasks) {
      checkCount(tasks);
      const driver = drivers.get(service);
      if (!driver || !isDeployedTo(driver)) {
        throw new Error(`Nothing is deployed to ${service}: deploy to it before scaling it.`);
      }
      await driver.scale(tasks);
    },
    status: (service) => drivers.get(service)?.status() ?? { name: service, revision: 0 },
    services: () => [...drivers.keys()].filter((service) => isDeployedTo(drivers.get(service))),
    logs: async (service, lastLines) => (await drivers.get(service)?.logs(lastLines)) ?? [],
    stop({ tasks }) {
      stopped ??= stop(tasks);
      return stopped;
    },
  };
}

async function surroundings(options: SupervisorOptions): Promise<Surroundings> {
  const { directory, targetGroupOf } = options;
  const recordsFolder = join(directory, "services");
  await mkdir(recordsFolder, { recursive: true, mode: 0o700 });
  return {
    instance: await instanceOf(directory),
    recordsFolder,
    logs: new TaskLogs(join(directory, "logs")),
    ports: new LoopbackPorts(),
    targetGroupOf,
    now: options.now ?? steadyNow,
    limits: { ...SUPERVISOR_LIMITS, ...options.limits },
    report: options.report ?? ((problem) => void process.stderr.write(`${problem}\n`)),
  };
}

function sweepEverySoOften(world: Surroundings, drivers: ReadonlyMap<string, ServiceDriver>) {
  let sweeping = false;
  const sweep = async () => {
    if (sweeping) return;
    sweeping = true;
    for (const [service, driver] of drivers) {
      await driver
        .sweepLogs()
        .catch((error: Error) => world.report(`${service}: logs not rotated: ${error.message}`));
    }
    sweeping = false;
  };
  void sweep();
  return setInterval(sweep, world.limits.sweepEveryMs).unref();
}

/** A driver is there from the first wish on, even if that couldn't be saved. */
function isDeployedTo(driver: ServiceDriver | undefined): boolean {
  const status = driver?.status();
  return (status?.serving ?? status?.pending) !== undefined;
}

function checkCount(tasks: number): void {
  if (Number.isInteger(tasks) && tasks >= 0) return;
  throw new Error(
    `${tasks} is not a number of tasks: it should be 0 or more. Nothing was changed.`,
  );
}
