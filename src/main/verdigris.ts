import { runCli } from "../cli/program.ts";
import { openTable } from "./aws/open-table.ts";
import { MACHINE_VERBS } from "./verbs/index.ts";
import { VERSION } from "./version.ts";

process.exitCode = await runCli(process.argv.slice(2), {
  extra: MACHINE_VERBS,
  version: VERSION,
  openTable,
});
