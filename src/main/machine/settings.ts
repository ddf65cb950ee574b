import { createServer } from "node:net";
import { Problem } from "../../cli/problem.ts";
import { readIfPresent, replaceFile } from "../../machine/durable-file.ts";
import type { Layout } from "./layout.ts";

/** The ports and addresses of one machine's Verdigris; the same at every start. */
export interface Settings {
  readonly version: 1;
  /** Of the gateway on localhost and of every side on its own address. */
  readonly port: number;
  readonly apiPort: number;
  readonly dnsPort: number;
  /** The address of each side, by `rainbow/production/blue`. */
  readonly addresses: Readonly<Record<string, string>>;
}

export interface WantedPorts {
  /** 0 picks a free one. */
  readonly port?: number;
  readonly apiPort?: number;
  readonly dnsPort?: number;
}

const DEFAULTS = { port: 8080, apiPort: 7420, dnsPort: 5354 } as const;

/** Beginning with 127.0.1.1; the last of them is 127.0.255.254. */
const MOST_ADDRESSES = 255 * 254;

export class MachineSettings {
  readonly #layout: Layout;
  #settings: Settings;
  #saving: Promise<void> = Promise.resolve();
  #unsaved = false;

  private constructor(layout: Layout, settings: Settings) {
    this.#layout = layout;
    this.#settings = settings;
  }

  /**
   * What was settled at an earlier start, changed by what is wanted now; `save` makes it last. A first
   * start that died before it saved left no more than a local cloud, whose ports are `running`.
   */
  static async open(
    layout: Layout,
    wanted: WantedPorts,
    running: WantedPorts = {},
  ): Promise<MachineSettings> {
    const saved = await readSettings(layout);
    const known: WantedPorts = saved ?? running;
    const settings: Settings = {
      version: 1,
      port: await settle(wanted.port ?? known.port ?? DEFAULTS.port, known.port),
      apiPort: await settle(wanted.apiPort ?? known.apiPort ?? DEFAULTS.apiPort, known.apiPort),
      dnsPort: await settle(wanted.dnsPort ?? known.dnsPort ?? DEFAULTS.dnsPort, known.dnsPort),
      addresses: saved?.addresses ?? {},
    };
    return new MachineSettings(layout, settings);
  }

  get ports(): { readonly port: number; readonly apiPort: number; readonly dnsPort: number } {
    return this.#settings;
  }

  /** Whether a side was given an address that would not last yet. */
  get unsaved(): boolean {
    return this.#unsaved;
  }

  /** The address of a side, its own from the first question on. */
  listener(app: string, environment: string, side: string): { address: string; port: number } {
    const name = `${app}/${environment}/${side}`;
    const { addresses, port } = this.#settings;
    const known = addresses[name];
    if (known) return { address: known, port };
    const address = freeAddress(new Set(Object.values(addresses)));
    this.#settings = { ...this.#settings, addresses: { ...addresses, [name]: address } };
    this.#unsaved = true;
    return { address, port };
  }

  /** Makes the ports and every address given so far last. */
  save(): Promise<void> {
    this.#unsaved = false;
    const text = `${JSON.stringify(this.#settings, null, 2)}\n`;
    this.#saving = this.#saving
      .catch(() => undefined)
      .then(() => replaceFile(this.#layout.settings, text));
    return this.#saving;
  }
}

async function readSettings(layout: Layout): Promise<Settings | undefined> {
  const text = await readIfPresent(layout.settings);
  if (text === undefined) return undefined;
  try {
    const settings = JSON.parse(text) as Settings;
    if (settings.version === 1) return settings;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Problem(
    "failed",
    `${layout.settings} is damaged or of a newer Verdigris; nothing was started. Bring it back from a backup, or remove it: addresses and ports are then chosen anew.`,
  );
}

async function settle(port: number, known: number | undefined): Promise<number> {
  return port === 0 ? (known ?? freePort()) : port;
}

/** A port that nobody listens on now. */
function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      const port = typeof address === "object" && address ? address.port : 0;
      server.close(() => resolve(port));
    });
  });
}

function freeAddress(taken: ReadonlySet<string>): string {
  for (let n = 0; n < MOST_ADDRESSES; n++) {
    const address = `127.0.${1 + Math.floor(n / 254)}.${1 + (n % 254)}`;
    if (!taken.has(address)) return address;
  }
  throw new Problem("failed", "every loopback address is given to a side already");
}
