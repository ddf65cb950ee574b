import type { TableReach } from "../../cli/reach.ts";
import type { OpenedTable } from "../../cli/transport.ts";
import type { DirectApi } from "./direct-api.ts";

/** Works on a table in this process. What that needs is loaded with the first request. */
export function openTable(reach: TableReach, remark: (line: string) => void): OpenedTable {
  let opened: Promise<DirectApi> | undefined;
  const api = () => {
    opened ??= import("./direct-api.ts").then(({ DirectApi }) => DirectApi.open(reach, remark));
    return opened;
  };
  return {
    async create() {
      const { makeTable } = await import("./make-table.ts");
      return makeTable(reach);
    },
    exchange: async (request, signal) => (await api()).exchange(request, signal),
    async diagnose(configuration) {
      const { diagnose } = await import("./doctor/diagnose.ts");
      return diagnose(reach, configuration);
    },
    async close() {
      await (await opened?.catch(() => undefined))?.close();
    },
  };
}
