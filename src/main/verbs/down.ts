import { existsSync } from "node:fs";
import { knownLayout } from "../../cli/data-layout.ts";
import { DOWN } from "../../cli/machine-verbs.ts";
import { EXIT } from "../../cli/problem.ts";
import { defineVerb } from "../../cli/verb.ts";
import { asProblem } from "../as-problem.ts";
import { layoutOf } from "../machine/layout.ts";
import { stopMachine } from "../machine/stop-machine.ts";
import { dataDirectory } from "./data-directory.ts";

export const down = defineVerb({
  ...DOWN.help,
  async run(call) {
    const layout = layoutOf(dataDirectory(call));
    knownLayout(layout.directory);
    const stopped = existsSync(layout.directory)
      ? await stopMachine(layout, call.clock, call.signal).catch((error: unknown) => {
          throw asProblem(error);
        })
      : { operator: false, cloud: false };
    if (call.terminal.json) call.terminal.document(stopped);
    else if (!stopped.operator && !stopped.cloud) {
      call.terminal.say(`Nothing runs in ${layout.directory}.`);
    } else {
      call.terminal.say(
        `Stopped${stopped.operator ? " the operator," : ""}${stopped.cloud ? " the local cloud and the app's tasks" : ""}. Everything is kept in ${layout.directory}; the next start goes on from there.`,
      );
    }
    return EXIT.done;
  },
});
