import { readFileSync } from "node:fs";
import { findConfiguration } from "../../cli/find-configuration.ts";
import { UP } from "../../cli/machine-verbs.ts";
import { EXIT, Problem } from "../../cli/problem.ts";
import { defineVerb } from "../../cli/verb.ts";
import { startMachine } from "../machine/machine.ts";
import type { Ready } from "../machine/ready.ts";
import { readyOf } from "../machine/ready.ts";
import { dataDirectory, ownCommand } from "./data-directory.ts";
import { untilStopped } from "./until-stopped.ts";
import { wantedPorts } from "./wanted-ports.ts";

export const up = defineVerb({
  ...UP.help,
  async run(call) {
    const { terminal } = call;
    const file = findConfiguration(call.cwd);
    const machine = await startMachine({
      dataDirectory: dataDirectory(call),
      ports: wantedPorts(call.flags),
      allowedHosts: call.flags.allowHost ?? [],
      command: ownCommand(),
      ...(file === undefined ? {} : { configuration: readFileSync(file, "utf8") }),
    });
    try {
      const ready = await readyOf(machine);
      if (ready.app === undefined) {
        throw new Problem(
          "usage",
          "There is no verdigris.yaml here or above, and no app is registered yet. `verdigris init` writes one.",
        );
      }
      if (terminal.json) terminal.document(ready);
      else terminal.say(...welcome(ready, machine.layout.client));
      await untilStopped(call.signal);
    } finally {
      await machine.stop();
    }
    terminal.say(...farewell());
    return EXIT.done;
  },
});

function welcome(
  { app, api, gateway, git, dns, environments }: Ready,
  clientFile: string,
): string[] {
  const sides = Object.entries(environments).flatMap(([name, { record, sides }]) => [
    `  ${name}: ${record}`,
    ...Object.entries(sides).map(([side, url]) => `    ${side.padEnd(6)}${url}`),
  ]);
  return [
    `${app} is up.`,
    "",
    `  status page  ${api}/ (its key is the token in ${clientFile})`,
    `  gateway      ${gateway} (by Host; http://<name>.localhost:… for <name>.test)`,
    `  DNS          dig @${dns.host} -p ${dns.port} <name>`,
    `  repository   ${git}`,
    "",
    ...sides,
    "",
    "To release: git push a branch to the repository, wait until it has passed (verdigris runs), then",
    "  verdigris merge <branch>",
    "Ctrl-C stops the operator; the app goes on being served. `verdigris down` stops everything.",
  ];
}

export function farewell(): string[] {
  return [
    "",
    "The operator has stopped. DNS, load balancers and the app go on; `verdigris down` stops them.",
  ];
}
