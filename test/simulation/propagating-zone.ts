import { MemoryTrafficZone } from "../../src/adapters/memory/memory-traffic-zone.ts";
import type { RecordChange, RecordSet, RecordType } from "../../src/domain/records.ts";
import type {
  ChangeStatus,
  TrafficZone,
  WireAnswer,
  ZoneAnswer,
} from "../../src/ports/traffic-zone.ts";

const SERVERS = 2;

/**
 * A zone whose authoritative servers take up each change at a time of their own, in order, as
 * Route 53's do; until the last has it the change is pending.
 */
export class PropagatingZone implements TrafficZone {
  readonly #zone = new MemoryTrafficZone();
  /** The zone's records after each change, the newest last. */
  readonly #versions: (readonly RecordSet[])[] = [[]];
  readonly #changes: string[] = [""];
  /** Index into the versions of what each server answers with. */
  readonly #served = Array.from({ length: SERVERS }, () => 0);
  /** What every change is answered with, while set. */
  refusal: ZoneAnswer | undefined;

  observe(names: readonly string[]): Promise<readonly RecordSet[]> {
    return this.#zone.observe(names);
  }

  async apply(change: RecordChange): Promise<ZoneAnswer> {
    if (this.refusal) return this.refusal;
    const answer = await this.#zone.apply(change);
    if (answer.kind === "accepted") this.#add(answer.changeId);
    return answer;
  }

  async changeStatus(changeId: string): Promise<ChangeStatus> {
    const version = this.#changes.indexOf(changeId);
    if (changeId === "" || version < 0) return "unknown";
    return this.#served.every((served) => served >= version) ? "in-sync" : "pending";
  }

  async ask(name: string, type: RecordType): Promise<readonly WireAnswer[]> {
    const answers = await Promise.all(
      this.servers.map(async (records, index) => {
        const server = new MemoryTrafficZone();
        server.overwrite(records);
        const [answer] = await server.ask(name, type);
        return answer && { ...answer, server: `server-${index}` };
      }),
    );
    return answers.filter((answer) => answer !== undefined);
  }

  /** What each server answers with now. */
  get servers(): readonly (readonly RecordSet[])[] {
    return this.#served.map((version) => this.#versions[version] ?? []);
  }

  get records(): readonly RecordSet[] {
    return this.#zone.all();
  }

  /** Servers that have not taken up every change. */
  get behind(): readonly number[] {
    const newest = this.#versions.length - 1;
    return this.#served.flatMap((version, index) => (version < newest ? [index] : []));
  }

  takeUpNext(server: number): void {
    this.#served[server] = Math.min((this.#served[server] ?? 0) + 1, this.#versions.length - 1);
  }

  /** Puts records there as if by hand. */
  overwrite(records: readonly RecordSet[]): void {
    this.#zone.overwrite(records);
    this.#add(`by-hand-${this.#versions.length}`);
  }

  #add(changeId: string): void {
    this.#versions.push([...this.#zone.all()]);
    this.#changes.push(changeId);
  }
}
