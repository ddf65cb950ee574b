import { Resolver } from "node:dns/promises";
import { findProcess } from "../../cloud/tasks/process-table.ts";
import { ask, type Seen } from "./ask.ts";

const PATIENCE_MS = 5000;

/** Looks at the local cloud as anybody could: with DNS queries, HTTP requests and the process list. */
export class Outside {
  readonly #gateway: string;
  readonly #resolver: Resolver;

  constructor(gateway: string, dns: { readonly host: string; readonly port: number }) {
    this.#gateway = gateway;
    this.#resolver = new Resolver({ timeout: PATIENCE_MS, tries: 2 });
    this.#resolver.setServers([`${dns.host}:${dns.port}`]);
  }

  /** The different answers of so many queries on the wire. */
  async addresses(name: string, queries: number): Promise<readonly string[]> {
    const answers = await Promise.all(
      Array.from({ length: queries }, () => this.#resolver.resolve4(name)),
    );
    return [...new Set(answers.flat())];
  }

  async text(name: string): Promise<string> {
    return (await this.#resolver.resolveTxt(name)).flat().join("");
  }

  /** Asks a side's load balancer at its own address. */
  side(url: string): Promise<Seen> {
    return ask(url, new URL(url).host);
  }

  /** Asks for a name through the gateway, as a browser does. */
  visit(name: string): Promise<Seen> {
    return ask(this.#gateway, name);
  }

  runs(pid: number): boolean {
    return findProcess(pid) !== undefined;
  }
}
