import { runCli } from "./program.ts";

process.exitCode = await runCli(process.argv.slice(2), { extra: [], version: "1.2.3" });
