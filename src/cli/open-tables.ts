import { Problem } from "./problem.ts";
import type { TableReach } from "./reach.ts";
import type { OpenedTable, OpenTable } from "./transport.ts";

/** The tables that one call works on, to be closed when it ends. */
export class OpenTables {
  readonly #openTable: OpenTable | undefined;
  readonly #remark: (line: string) => void;
  readonly #opened = new Map<string, OpenedTable>();

  constructor(openTable: OpenTable | undefined, remark: (line: string) => void) {
    this.#openTable = openTable;
    this.#remark = remark;
  }

  open(reach: TableReach): OpenedTable {
    if (!this.#openTable) throw new Problem("failed", "this program can't work on a table itself");
    const key = JSON.stringify([reach.table, reach.region]);
    const opened = this.#opened.get(key) ?? this.#openTable(reach, this.#remark);
    this.#opened.set(key, opened);
    return opened;
  }

  async close(): Promise<void> {
    await Promise.all([...this.#opened.values()].map((table) => table.close()));
  }
}
