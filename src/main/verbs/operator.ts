import { OPERATOR } from "../../cli/machine-verbs.ts";
import { EXIT } from "../../cli/problem.ts";
import { defineVerb } from "../../cli/verb.ts";
import { startMachine } from "../machine/machine.ts";
import { readyOf } from "../machine/ready.ts";
import { dataDirectory, ownCommand } from "./data-directory.ts";
import { refuseStrayFlags } from "./stray-flags.ts";
import { untilStopped } from "./until-stopped.ts";
import { farewell } from "./up.ts";
import { wantedPorts } from "./wanted-ports.ts";

export const operator = defineVerb({
  ...OPERATOR.help,
  async run(call) {
    const { terminal, flags, globals } = call;
    const onAws = Boolean(flags.table ?? call.env.VERDIGRIS_TABLE);
    refuseStrayFlags(onAws ? "aws" : "machine", { ...flags, ...globals });
    if (onAws) {
      const { runAwsOperator } = await import("../aws/run-operator.ts");
      return runAwsOperator(call, flags);
    }
    const directory = dataDirectory(call);
    const machine = await startMachine({
      dataDirectory: directory,
      ports: wantedPorts(flags),
      allowedHosts: flags.allowHost ?? [],
      command: ownCommand(),
    });
    try {
      const ready = await readyOf(machine);
      if (terminal.json) terminal.document(ready);
      else {
        terminal.say(
          `The operator is up: ${ready.api}/, gateway ${ready.gateway}, data in ${directory}.`,
          `\`verdigris apply --data-dir ${directory}\` registers the app of a verdigris.yaml.`,
        );
      }
      await untilStopped(call.signal);
    } finally {
      await machine.stop();
    }
    terminal.say(...farewell());
    return EXIT.done;
  },
});
