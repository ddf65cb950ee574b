import { runCli } from "../cli/program.ts";
import { MACHINE_VERBS } from "./verbs/index.ts";
import { VERSION } from "./version.ts";

process.exitCode = await runCli(process.argv.slice(2), { extra: MACHINE_VERBS, version: VERSION });
