import { SqliteEventStore } from "../../adapters/local/sqlite-event-store.ts";
import type { EnvironmentState } from "../../domain/environment/state.ts";

/** The row of an environment as it stands in the database file, read beside the operator. */
export async function tableRow(database: string, environment: string): Promise<EnvironmentState> {
  const store = await SqliteEventStore.open(database);
  try {
    const row = await store.projection(`env#${environment}`);
    if (!row) throw new Error(`the table has no row for ${environment}`);
    return row.state as EnvironmentState;
  } finally {
    store.close();
  }
}
