import { existsSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { uuid7 } from "../../src/contract/uuid7.ts";
import type { EnvironmentState } from "../../src/domain/environment/state.ts";
import type { FaultPoint } from "../../src/main/faults/fault-points.ts";
import { showFaultPoint } from "../../src/main/faults/fault-points.ts";
import { User, until } from "../support/machine.ts";
import { Table } from "../support/table.ts";

/** A command that its caller was told was decided. */
export interface Acknowledged {
  readonly commandId: string;
  readonly environment: string;
  readonly revision: number;
}

/** What visitors are answered by. */
export interface Serving {
  readonly side: string;
  readonly version: string;
}

/** One machine whose operator dies at the call that it is told, and is started again. */
export class CrashWorld {
  readonly user: User;
  readonly table: Table;
  readonly acknowledged: Acknowledged[] = [];
  readonly #versions = new Map<string, string>();
  /** How often the operator has died by itself. */
  deaths = 0;
  #crashAt: FaultPoint | undefined;

  private constructor(user: User, table: Table) {
    this.user = user;
    this.table = table;
  }

  /** Version 3 is live and 2 on the standby. The operator has no fault. */
  static async open(files: Readonly<Record<string, string>>, command: string): Promise<CrashWorld> {
    const user = await User.withApp(files, command);
    const { app: name } = await user.up();
    for (const version of ["1", "2", "3"]) {
      await user.write({ "version.js": `export const version = "${version}";\n` });
      await user.live(`version-${version}`);
    }
    const world = new CrashWorld(user, await Table.open(user.dataDirectory, name ?? ""));
    await world.restart();
    return world;
  }

  async leave(): Promise<void> {
    this.table.close();
    await this.user.leave();
  }

  /** The operator that is started next dies at this point, once calls count. */
  crashNext(crashAt: FaultPoint | undefined): void {
    this.#crashAt = crashAt;
  }

  async restart(): Promise<void> {
    await this.user.endUp("SIGKILL");
    await this.#start();
  }

  /** Starts the operator again when it has died. */
  async revive(): Promise<void> {
    if (this.user.upEndedBy === undefined) return;
    if (this.user.upEndedBy !== "SIGKILL") throw new Error(`ended by ${this.user.upEndedBy}`);
    this.deaths += 1;
    await this.#start();
  }

  async #start(): Promise<void> {
    const crashAt = this.#crashAt;
    rmSync(this.#countingFile, { force: true });
    rmSync(this.#callsFile, { force: true });
    this.user.upEnvironment = {
      VERDIGRIS_CALLS_FROM: this.#countingFile,
      VERDIGRIS_CALLS_TO: this.#callsFile,
      ...(crashAt ? { VERDIGRIS_CRASH_AT: showFaultPoint(crashAt) } : {}),
    };
    await this.user.up();
  }

  /** From now on calls count. */
  count(): void {
    writeFileSync(this.#countingFile, "");
  }

  /** The calls that counted, in order. */
  calls(): readonly string[] {
    if (!existsSync(this.#callsFile)) return [];
    return readFileSync(this.#callsFile, "utf8").split("\n").slice(0, -1);
  }

  /** Asks until there is an answer, with one command id; an operator that is dead is started again. */
  async ask(environment: string, command: string, fields: object = {}): Promise<void> {
    const body = { ...fields, commandId: uuid7() };
    const path = `/apps/site/environments/${environment}/${command}`;
    const { revision } = await this.post<{ revision: number }>(path, body);
    this.acknowledged.push({ commandId: body.commandId, environment, revision });
  }

  async merge(branch: string): Promise<string> {
    const body = { branch, commandId: uuid7() };
    return (await this.post<{ commit: string }>("/apps/site/merge", body)).commit;
  }

  async post<Answer>(path: string, body: object): Promise<Answer> {
    return this.until(`an answer to ${path}`, async () => {
      const answer = await this.user.api<Answer>("POST", path, body).catch(() => undefined);
      if (answer === undefined) return undefined;
      if (answer.status !== 200) throw new Error(`${path}: ${JSON.stringify(answer.body)}`);
      return answer.body;
    });
  }

  /** Waits for something to be seen, and starts a dead operator again meanwhile. */
  until<Seen>(what: string, look: () => Promise<Seen | undefined>): Promise<Seen> {
    return until(what, async () => {
      await this.revive();
      return look();
    });
  }

  /** The ids of all releases, oldest first. */
  async releases(): Promise<readonly string[]> {
    const answer = await this.until("releases", () =>
      this.user.api<readonly { id: string }[]>("GET", "/apps/site/releases").catch(() => undefined),
    );
    return answer.body.map(({ id }) => id).reverse();
  }

  async serving(state?: EnvironmentState): Promise<Serving> {
    const { live, sides } = state ?? (await this.table.environment());
    return { side: live, version: await this.#versionOf(sides[live]?.release?.commit ?? "") };
  }

  async #versionOf(commit: string): Promise<string> {
    const known = this.#versions.get(commit);
    if (known) return known;
    const repository = this.user.ready?.git ?? "";
    const file = await this.user.git("--git-dir", repository, "show", `${commit}:version.js`);
    const version = /"(.*)"/.exec(file)?.[1] ?? file;
    this.#versions.set(commit, version);
    return version;
  }

  get #countingFile(): string {
    return join(this.user.home, "counting");
  }

  get #callsFile(): string {
    return join(this.user.home, "calls");
  }
}
