import { join } from "node:path";
import { AddressInUse } from "./balancer/proxy/front-errors.ts";
import { PortTaken } from "./cloud-errors.ts";
import { type CloudStatus, CONTROL_PROTOCOL } from "./control/protocol.ts";
import { type ControlServer, serveControls } from "./control/server.ts";
import { DnsPortInUse, type DnsServer, startDns } from "./dns/dns-server.ts";
import { type Gateway, startGateway } from "./gateway/gateway.ts";
import { holdDirectory } from "./hold-directory.ts";
import { localControls } from "./local-controls.ts";
import type { Log } from "./log.ts";
import { ServiceBalancers } from "./service-balancers.ts";
import { StopSteps, type TasksAtStop } from "./stop-steps.ts";
import { startSupervisor } from "./tasks/supervisor.ts";

export { AlreadyRunning, ListenersFileUnusable, PortTaken } from "./cloud-errors.ts";

export interface LocalCloudOptions {
  /** The local cloud's own: made when it isn't there, and closed to other users. */
  readonly directory: string;
  /** `host` is the IP address of one interface; port 0 takes any that is free. */
  readonly dns: { readonly host: string; readonly port: number };
  /** `localhost` is 127.0.0.1 and ::1, where the machine has it; otherwise an IP address. */
  readonly gateway: { readonly host: string; readonly port: number };
  /** The port that the gateway asks for at an address where no service of this local cloud listens. */
  readonly sidesPort: number;
  /** Of this program, for `status`. */
  readonly version: string;
  readonly log: Log;
}

/** DNS, load balancers, tasks and the gateway of one machine, with the state of one directory. */
export interface LocalCloud {
  readonly status: CloudStatus;
  /**
   * Accepts no more requests, lets those that are open end, and gives up the directory. Tasks run on for
   * the next local cloud to adopt, or are ended and started again by it. Rejects when a part did not
   * stop as it should; the others have.
   */
  stop(how: { readonly tasks: TasksAtStop }): Promise<void>;
  /** Resolves when it has stopped, whoever asked for that and however it went. */
  readonly stopped: Promise<void>;
}

/** For requests that are open when the local cloud stops. */
const STOP_DRAIN_MS = 5_000;

/**
 * Starts as the directory says: all load balancers listen first, tasks that still run are adopted, and
 * then DNS and the gateway serve. When it throws, everything that was started is stopped again.
 *
 * @throws AlreadyRunning, PortTaken, SocketPathTooLong, or an Error that names the file it can't use
 */
export async function startLocalCloud(options: LocalCloudOptions): Promise<LocalCloud> {
  const steps = new StopSteps(options.log);
  try {
    return await start(options, steps);
  } catch (error) {
    steps.begin("keep");
    await steps.done;
    throw error;
  }
}

async function start(options: LocalCloudOptions, steps: StopSteps): Promise<LocalCloud> {
  const { directory, log } = options;
  let control: ControlServer | undefined;
  const held = await holdDirectory(directory);
  // Both at once: whoever finds nobody at the socket may start in the directory.
  steps.push("the control API", () => {
    control?.close();
    held.release();
  });
  const balancers = await ServiceBalancers.open(join(directory, "listeners.json"), log);
  steps.push("the load balancers", () => balancers.close(STOP_DRAIN_MS));
  const supervisor = await startSupervisor({
    directory,
    targetGroupOf: (service) => balancers.groupOf(service),
    report: (problem) => log("warn", problem),
  });
  steps.push("the tasks", (tasks) => supervisor.stop({ tasks }));
  const dns = await serveDns(options, balancers);
  steps.push("the DNS server", () => dns.stop());
  const gateway = await serveGateway(options, dns, balancers);
  steps.push("the gateway", () => gateway.close(STOP_DRAIN_MS));

  const status: CloudStatus = {
    protocol: CONTROL_PROTOCOL,
    version: options.version,
    pid: process.pid,
    dns: { host: dns.host, port: dns.port },
    gateway: { host: options.gateway.host, port: gateway.port },
  };
  const controls = localControls({
    dns,
    balancers,
    supervisor,
    status,
    isStopping: () => steps.begun,
    stop: (tasks) => steps.begin(tasks),
  });
  control = await serveControls(directory, controls, log);
  return { status, stopped: steps.done, stop: ({ tasks }) => steps.run(tasks) };
}

async function serveDns(
  { directory, dns: { host, port } }: LocalCloudOptions,
  balancers: ServiceBalancers,
): Promise<DnsServer> {
  try {
    const file = join(directory, "zones.json");
    const isHealthy = (service: string) => balancers.isHealthy(service);
    return await startDns({ host, port, file, isHealthy });
  } catch (cause) {
    if (!(cause instanceof DnsPortInUse)) throw cause;
    throw new PortTaken("The DNS server", "--dns-port", { host, port }, { cause });
  }
}

async function serveGateway(
  { gateway: { host, port }, sidesPort }: LocalCloudOptions,
  dns: DnsServer,
  balancers: ServiceBalancers,
): Promise<Gateway> {
  try {
    return await startGateway({
      port,
      ...(host !== "localhost" && { addresses: [host] }),
      dns: { host: dns.host, port: dns.port },
      portOf: (address) => balancers.portAt(address) ?? sidesPort,
      isKnownName: (name) => dns.records([name]).length > 0,
      knownNames: () => dns.names().filter(isHostName),
    });
  } catch (cause) {
    if (!(cause instanceof AddressInUse)) throw cause;
    throw new PortTaken("The gateway", "--port", { host: cause.address, port }, { cause });
  }
}

/** Names with an underscore are not of hosts (RFC 8552). */
function isHostName(name: string): boolean {
  return !name.includes("_");
}
