import { writeFileSync } from "node:fs";
import { knownLayout } from "../../cli/data-layout.ts";
import { wholeNumber } from "../../cli/flags.ts";
import { EXIT, Problem } from "../../cli/problem.ts";
import { defineVerb } from "../../cli/verb.ts";
import { startLocalCloud } from "../../cloud/local-cloud.ts";
import { asProblem } from "../as-problem.ts";
import { layoutOf } from "../machine/layout.ts";
import { jsonLines } from "../operator-log.ts";
import { VERSION } from "../version.ts";
import { dataDirectory } from "./data-directory.ts";
import { untilStopped } from "./until-stopped.ts";

const STDERR = 2;
const PORTS: readonly [number, number] = [1, 65_535];

/** The process that `up` starts and that outlives it (G12). SIGTERM ends it; the tasks go on. */
export const localCloud = defineVerb({
  description: "Serves DNS, load balancers, tasks and the gateway of one machine. Started by `up`.",
  arguments: [],
  flags: {
    port: wholeNumber("--port <n>", "Of the gateway and of every side", PORTS),
    dnsPort: wholeNumber("--dns-port <n>", "Of the DNS server", PORTS),
  },
  examples: [
    { command: "local-cloud --port 8080 --dns-port 5354", meaning: "what `up` runs detached" },
  ],
  reach: "machine",
  async run(call) {
    const { port, dnsPort } = call.flags;
    if (port === undefined || dnsPort === undefined) {
      throw new Problem(
        "usage",
        "local-cloud needs --port and --dns-port; `up` starts it with both",
      );
    }
    const layout = layoutOf(dataDirectory(call));
    knownLayout(layout.directory);
    process.on("SIGHUP", () => undefined);
    const stopping = new AbortController();
    const cloud = await startLocalCloud({
      directory: layout.cloud,
      dns: { host: "127.0.0.1", port: dnsPort },
      gateway: { host: "localhost", port },
      sidesPort: port,
      version: VERSION,
      // Not process.stderr: a failed write there ends the process, and the visitors with it.
      log: jsonLines((line) => writeFileSync(STDERR, line)),
    }).catch((error: unknown) => {
      throw asProblem(error);
    });
    call.signal.addEventListener("abort", () => stopping.abort());
    await Promise.race([cloud.stopped, untilStopped(stopping.signal)]);
    await cloud.stop({ tasks: "keep" });
    return EXIT.done;
  },
});
