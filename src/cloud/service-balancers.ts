import { ControlFault } from "./control/control-fault.ts";
import type { ListenerSpec, ServiceStatus } from "./control/protocol.ts";
import { type KeptListener, loadListeners, saveListeners } from "./listeners-file.ts";
import type { Log } from "./log.ts";
import { ServiceBalancer } from "./service-balancer.ts";
import type { TargetGroup } from "./target-group.ts";

const SAVE_EVERY_MS = 5_000;

export type ListenerStatus = Pick<ServiceStatus, "listener" | "listenerFault" | "requests">;

/** The load balancers of all services. Where they listen and what they counted is kept in one file. */
export class ServiceBalancers {
  readonly #file: string;
  readonly #log: Log;
  readonly #balancers = new Map<string, ServiceBalancer>();
  readonly #saving: NodeJS.Timeout;
  /** What the file holds for certain, by service. */
  #saved: ReadonlyMap<string, KeptListener>;
  #lastSave: Promise<unknown> = Promise.resolve();
  #nextSave: Promise<void> | undefined;
  #changes: Promise<unknown> = Promise.resolve();

  private constructor(file: string, kept: readonly KeptListener[], log: Log) {
    this.#file = file;
    this.#log = log;
    for (const { service, requests } of kept) {
      this.#balancers.set(service, new ServiceBalancer(service, requests));
    }
    this.#saved = byService(kept);
    this.#saving = setInterval(() => void this.#saveCounts(), SAVE_EVERY_MS).unref();
  }

  /**
   * Begins with what the file holds. A listener that can't listen yet is tried again later; the others
   * listen when the promise resolves.
   *
   * @throws ListenersFileUnusable
   */
  static async open(file: string, log: Log): Promise<ServiceBalancers> {
    const kept = await loadListeners(file);
    const balancers = new ServiceBalancers(file, kept, log);
    await Promise.all(
      kept.map(({ service, listener }) =>
        balancers.#of(service).resume(listener, (fault) => {
          log("error", `${service} does not listen and is tried again: ${fault}`, { service });
        }),
      ),
    );
    return balancers;
  }

  /**
   * Makes the service's load balancer listen there, and keeps that.
   *
   * @throws ControlFault when another service has the address, or what `ServiceBalancer.listen`
   * throws; then all is as before. Or an Error when it listens, but that could not be kept
   */
  listen(service: string, spec: ListenerSpec): Promise<void> {
    const change = this.#changes.then(async () => {
      this.#refuseSharedAddress(service, spec);
      await this.#of(service).listen(spec);
      const kept = this.#saved.get(service)?.listener;
      if (kept?.address !== spec.address || kept.port !== spec.port) await this.#keep(service);
    });
    this.#changes = Promise.allSettled([change]);
    return change;
  }

  /** Whether it was said where the service listens. */
  has(service: string): boolean {
    return this.#balancers.get(service)?.listener !== undefined;
  }

  groupOf(service: string): TargetGroup {
    return this.#of(service);
  }

  /** The port of the load balancer at this address. */
  portAt(address: string): number | undefined {
    return this.#listeners().find(({ listener }) => listener.address === address)?.listener.port;
  }

  isHealthy(service: string): boolean {
    return this.#balancers.get(service)?.isHealthy ?? false;
  }

  /** The ids of the service's tasks that fail the health checks of its load balancer. */
  unhealthyTasks(service: string): readonly string[] {
    return this.#balancers.get(service)?.unhealthyTargets ?? [];
  }

  /**
   * Undefined for a service that was never listened for. A count is on disk before it is told, so that
   * it never falls, not even when this process is killed.
   */
  async status(service: string): Promise<ListenerStatus | undefined> {
    const balancer = this.#balancers.get(service);
    if (!balancer?.listener) return undefined;
    const { listener, fault, requests } = balancer;
    if (requests.total !== this.#saved.get(service)?.requests) await this.#saveCounts();
    return { listener, requests, ...(fault !== undefined && { listenerFault: fault }) };
  }

  /** Ends all listening and keeps the counts. Requests still open after `deadlineMs` are cut. */
  async close(deadlineMs: number): Promise<void> {
    clearInterval(this.#saving);
    await this.#changes;
    await Promise.all([...this.#balancers.values()].map((one) => one.close(deadlineMs)));
    await this.#save();
  }

  #of(service: string): ServiceBalancer {
    const balancer = this.#balancers.get(service) ?? new ServiceBalancer(service);
    this.#balancers.set(service, balancer);
    return balancer;
  }

  /** A DNS answer tells addresses, not ports: whoever follows one must find one service there. */
  #refuseSharedAddress(service: string, { address }: ListenerSpec): void {
    const other = this.#listeners().find(
      (one) => one.service !== service && one.listener.address === address,
    );
    if (!other) return;
    throw new ControlFault(
      "address_in_use",
      `${service} can't listen on ${address}: ${other.service} does, and each side needs an address of its own. Nothing was changed.`,
    );
  }

  #listeners(): readonly KeptListener[] {
    return [...this.#balancers].flatMap(([service, { listener, requests }]) =>
      listener ? [{ service, listener, requests: requests.total }] : [],
    );
  }

  async #keep(service: string): Promise<void> {
    try {
      await this.#save();
    } catch (cause) {
      const why = cause instanceof Error ? cause.message : cause;
      throw new Error(
        `${service} listens as asked, but a restart would forget it: ${this.#file} can't be written (${why}). Mend that and repeat it.`,
        { cause },
      );
    }
  }

  async #saveCounts(): Promise<void> {
    const isSaved = ({ service, requests }: KeptListener) =>
      this.#saved.get(service)?.requests === requests;
    if (this.#listeners().every(isSaved)) return;
    try {
      await this.#save();
    } catch (error) {
      this.#log("error", `request counts can't be saved to ${this.#file}`, { error });
    }
  }

  /** One save is under way at a time, and at most one more waits, which all who ask then share. */
  #save(): Promise<void> {
    this.#nextSave ??= this.#lastSave.then(async () => {
      this.#nextSave = undefined;
      const kept = this.#listeners();
      const save = saveListeners(this.#file, kept);
      this.#lastSave = Promise.allSettled([save]);
      await save;
      this.#saved = byService(kept);
    });
    return this.#nextSave;
  }
}

function byService(kept: readonly KeptListener[]): ReadonlyMap<string, KeptListener> {
  return new Map(kept.map((one) => [one.service, one]));
}
