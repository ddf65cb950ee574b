import type { RecordChange, RecordSet } from "../../domain/records.ts";
import { listen } from "./listening.ts";
import { Responder } from "./responder.ts";
import { serveTcp, TCP_LIMITS, type TcpLimits } from "./tcp-service.ts";
import { serveUdp } from "./udp-service.ts";
import type { ChangeResult } from "./zone-state.ts";
import { ZoneStore } from "./zone-store.ts";

export {
  DnsPortInUse,
  InvalidZone,
  NotOneAddress,
  ZonesFileUnusable,
  ZonesNotSaved,
  ZonesUnavailable,
} from "./dns-errors.ts";
export type { TcpLimits } from "./tcp-service.ts";
export type { ChangeResult } from "./zone-state.ts";

export interface DnsOptions {
  /** The IP address of one interface; it is also published as every zone's name server. */
  readonly host: string;
  /** For UDP and TCP; 0 takes any port that is free for both. */
  readonly port: number;
  /** Where zones, records and the ids of accepted changes are kept; its folder must exist. */
  readonly file: string;
  /** Whether the named health check of a record set passes now. */
  isHealthy(healthCheck: string): boolean;
  /** Evenly spread over [0, 1); Math.random when left out. */
  random?(): number;
  /** Epoch milliseconds, from which a new zone's first serial is made; Date.now when left out. */
  now?(): number;
  readonly tcpLimits?: TcpLimits;
}

/** An authoritative DNS server for zones that are kept in one file. */
export interface DnsServer {
  readonly host: string;
  readonly port: number;
  /** Packets answered since the start, over UDP and TCP. */
  readonly queries: number;
  /** Answers since the start that could not be made (SERVFAIL) or sent, and the last one's error. */
  readonly failures: { readonly count: number; readonly last?: unknown };
  /**
   * Creates the zone unless it is there. Names in it are answered from it even where a zone with a
   * shorter apex holds them too. Rejects with InvalidZone, ZonesNotSaved or ZonesUnavailable.
   */
  ensureZone(name: string): Promise<void>;
  /** Every name that has record sets. */
  names(): readonly string[];
  /** The record sets at exactly these names, without those the server makes itself. */
  records(names: readonly string[]): readonly RecordSet[];
  /**
   * Makes the change whole or not at all; accepted means that it is on disk and that every answer
   * from now on shows it. Rejects with ZonesNotSaved or ZonesUnavailable; then nothing changed.
   */
  apply(change: RecordChange): Promise<ChangeResult>;
  /** Accepted changes are in sync; the last 1,000 are remembered, over restarts too. */
  changeStatus(changeId: string): "in-sync" | "unknown";
  /** Resolves when the changes under way are done and the sockets closed. */
  stop(): Promise<void>;
}

/**
 * Starts the server with the zones of `file`, if there are any.
 * Throws ZonesFileUnusable, DnsPortInUse, NotOneAddress or the system's refusal to listen.
 */
export async function startDns(options: DnsOptions): Promise<DnsServer> {
  const { host, file, random = Math.random, now = Date.now, tcpLimits = TCP_LIMITS } = options;
  const responder = new Responder(host, {
    random,
    isHealthy: (healthCheck) => options.isHealthy(healthCheck),
  });
  const store = await ZoneStore.open(file, (state) => responder.show(state));
  const { udp, tcp, port } = await listen(host, options.port);
  const failed = (error: Error) => responder.failed(error);
  serveUdp(udp, (packet) => responder.answer(packet, "udp"), failed);
  const cut = serveTcp(tcp, (packet) => responder.answer(packet, "tcp"), failed, tcpLimits);
  let stopped: Promise<void> | undefined;

  return {
    host,
    port,
    get queries() {
      return responder.answered;
    },
    get failures() {
      return responder.failures;
    },
    ensureZone: (name) => store.ensureZone(name, Math.floor(now() / 1000)),
    names: () => [...store.state.records.keys()],
    records: (names) => [...new Set(names)].flatMap((name) => store.state.records.get(name) ?? []),
    apply: (change) => store.apply(change),
    changeStatus: (id) => (store.state.acceptedChanges.includes(id) ? "in-sync" : "unknown"),
    stop: () => {
      stopped ??= Promise.all([store.close(), closed(udp), closed(tcp), cut()]).then(
        () => undefined,
      );
      return stopped;
    },
  };
}

function closed(socket: { close(done: () => void): unknown }): Promise<void> {
  return new Promise((resolve) => {
    socket.close(() => resolve());
  });
}
