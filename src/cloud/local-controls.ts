import { AddressInUse, AddressNotAvailable } from "./balancer/proxy/front-errors.ts";
import { ControlFault } from "./control/control-fault.ts";
import type { Controls } from "./control/controls.ts";
import type { CloudStatus } from "./control/protocol.ts";
import { type DnsServer, InvalidZone, ZonesUnavailable } from "./dns/dns-server.ts";
import type { ServiceBalancers } from "./service-balancers.ts";
import { withFailing } from "./tasks/service-status.ts";
import type { Supervisor } from "./tasks/supervisor.ts";

export interface CloudParts {
  readonly dns: DnsServer;
  readonly balancers: ServiceBalancers;
  readonly supervisor: Supervisor;
  readonly status: CloudStatus;
  /** Begins to stop; returns at once. */
  readonly stop: (tasks: "keep" | "stop") => void;
  readonly isStopping: () => boolean;
}

/** What the operator asks for, done by the parts of this local cloud. */
export function localControls(parts: CloudParts): Controls {
  const { dns, balancers, supervisor } = parts;

  async function change<T>(step: () => Promise<T>): Promise<T> {
    if (parts.isStopping()) {
      throw new ControlFault("unavailable", "The local cloud is stopping. Nothing was changed.");
    }
    try {
      return await step();
    } catch (error) {
      throw asFault(error);
    }
  }

  return {
    status: () => parts.status,
    ensureZone: ({ name }) => change(() => dns.ensureZone(name)),
    records: (names) => dns.records(names),
    apply: (wanted) =>
      change(async () => {
        const result = await dns.apply(wanted);
        if (result.kind === "accepted") return result.changeId;
        const code = result.kind === "refused" ? "change_refused" : "not_found";
        throw new ControlFault(code, result.reason);
      }),
    changeStatus: (id) => dns.changeStatus(id),
    listen: (service, listener) => change(() => balancers.listen(service, listener)),
    deploy: (service, deployment) =>
      change(async () => {
        if (!balancers.has(service)) throw unknownService(service);
        await supervisor.deploy(service, deployment);
      }),
    scale: (service, tasks) =>
      change(async () => {
        const { serving, pending } = supervisor.status(service);
        if (!(serving ?? pending)) {
          throw new ControlFault(
            "not_found",
            `Nothing is deployed to ${service}. Deploy to it before scaling it.`,
          );
        }
        await supervisor.scale(service, tasks);
      }),
    async service(service) {
      const listening = await balancers.status(service);
      if (!listening) throw unknownService(service);
      const failing = balancers.unhealthyTasks(service);
      return { ...withFailing(supervisor.status(service), failing), ...listening };
    },
    logs: (service, lines) => supervisor.logs(service, lines),
    stop: (tasks) => parts.stop(tasks),
  };
}

function unknownService(service: string): ControlFault {
  return new ControlFault(
    "not_found",
    `There is no service ${service}. Say where it listens before anything else.`,
  );
}

function asFault(error: unknown): unknown {
  if (error instanceof AddressInUse) {
    return new ControlFault("address_in_use", error.message, { cause: error });
  }
  if (error instanceof AddressNotAvailable || error instanceof InvalidZone) {
    return new ControlFault("bad_request", error.message, { cause: error });
  }
  if (error instanceof ZonesUnavailable) {
    return new ControlFault("unavailable", error.message, { cause: error });
  }
  return error;
}
