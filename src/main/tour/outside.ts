import { Resolver } from "node:dns/promises";
import { request } from "node:http";
import { findProcess } from "../../cloud/tasks/process-table.ts";

/** What the sample app says of itself. */
export interface Seen {
  readonly version: string;
  readonly side: string;
  readonly release: string;
  readonly pid: number;
}

const PATIENCE_MS = 5000;

/** Looks at the local cloud as anybody could: with DNS queries, HTTP requests and the process list. */
export class Outside {
  readonly #gateway: URL;
  readonly #resolver: Resolver;

  constructor(gateway: string, dns: { readonly host: string; readonly port: number }) {
    this.#gateway = new URL(gateway);
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
    return ask(new URL("/api/info", url), new URL(url).host);
  }

  /** Asks for a name through the gateway, as a browser does. */
  visit(name: string): Promise<Seen> {
    return ask(new URL("/api/info", this.#gateway), name);
  }

  runs(pid: number): boolean {
    return findProcess(pid) !== undefined;
  }
}

function ask(url: URL, host: string): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const options = { headers: { host }, timeout: PATIENCE_MS, agent: false };
    const asked = request(url, options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        if (answer.statusCode === 200) resolve(JSON.parse(body) as Seen);
        else reject(new Error(`${host} answers ${answer.statusCode}: ${body.trim()}`));
      });
    });
    asked.on("timeout", () => asked.destroy(new Error(`${host} does not answer`)));
    asked.on("error", reject);
    asked.end();
  });
}
