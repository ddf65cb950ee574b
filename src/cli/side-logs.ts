import type { SideLogView } from "../contract/api.ts";
import { namedEnvironment } from "./environment.ts";
import type { OperatorApi } from "./operator-api.ts";
import { EXIT, type ExitCode, Problem } from "./problem.ts";
import { SIDES, type SideName } from "./side.ts";
import type { Call } from "./verb.ts";

/** Prints what the tasks of an environment's sides wrote last; fails where some can't be read. */
export async function printSideLogs(
  call: Call,
  api: OperatorApi,
  wanted: { readonly environment: string; readonly side: string | undefined; lines: number },
): Promise<ExitCode> {
  const { terminal } = call;
  const side = sideNamed(wanted.side);
  const { path } = await namedEnvironment(call, api, wanted.environment);
  const logs = await api.get<readonly SideLogView[]>(`${path}/logs`, {
    lines: wanted.lines,
    ...(side === undefined ? {} : { side }),
  });
  terminal.answer(logs, () => logs.flatMap((log) => [heading(call, log), ...log.lines, ""]));
  const unread = logs.filter(({ fault }) => fault !== undefined);
  for (const { fault = "" } of unread) terminal.remark(fault);
  return unread.length > 0 ? EXIT.failed : EXIT.done;
}

function sideNamed(written: string | undefined): SideName | undefined {
  const side = SIDES.find((one) => one === written);
  if (side !== undefined || written === undefined) return side;
  throw new Problem("usage", `"${written}" is not a side; write main, blue or green`);
}

function heading({ terminal: { paint } }: Call, { side, role }: SideLogView): string {
  return paint.bold(`== ${side} (${role})`);
}
