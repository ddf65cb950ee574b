import { dirname, join } from "node:path";
import { columns } from "../../cli/columns.ts";
import { knownLayout } from "../../cli/data-layout.ts";
import { DEMO } from "../../cli/machine-verbs.ts";
import { connect } from "../../cli/operator-api.ts";
import { EXIT } from "../../cli/problem.ts";
import type { Call } from "../../cli/verb.ts";
import { defineVerb } from "../../cli/verb.ts";
import { startMachine } from "../machine/machine.ts";
import type { Ready } from "../machine/ready.ts";
import { readyOf } from "../machine/ready.ts";
import { awaitsApproval, passed, Workflow } from "../sample/workflow.ts";
import { WorkingClone } from "../sample/working-clone.ts";
import { dataDirectory, ownCommand } from "./data-directory.ts";
import { untilStopped } from "./until-stopped.ts";
import { farewell } from "./up.ts";
import { wantedPorts } from "./wanted-ports.ts";

export const demo = defineVerb({
  ...DEMO.help,
  async run(call) {
    const { terminal } = call;
    const directory = dataDirectory(call);
    knownLayout(directory);
    const ttl = call.flags.ttl ?? 5;
    const clone = await WorkingClone.open(join(directory, "rainbow"), {
      ttl: `${ttl}s`,
      drain: `${ttl}s`,
    });
    const machine = await startMachine({
      dataDirectory: directory,
      ports: wantedPorts(call.flags),
      command: ownCommand(),
      configuration: await clone.configuration(),
    });
    try {
      const ready = await readyOf(machine);
      await clone.connect(ready.git ?? "");
      await prepare(call, directory, clone);
      if (terminal.json) terminal.document(ready);
      else terminal.say(...invitation(ready, clone, ttl));
      await untilStopped(call.signal);
    } finally {
      await machine.stop();
    }
    terminal.say(...farewell());
    return EXIT.done;
  },
});

/** Version 1 live and version 2 on the standby; what an earlier start did is not done again. */
async function prepare(call: Call, directory: string, clone: WorkingClone): Promise<void> {
  const say = (line: string) => call.terminal.say(line);
  const api = connect({ ...call, globals: { ...call.globals, dataDir: directory } });
  const workflow = new Workflow(api, "rainbow", call.clock, call.signal);
  const releases = (await workflow.runs()).filter((run) => run.kind === "release");
  if (releases.length > 1) return;
  if (releases.length === 0) await release(workflow, clone, "1.0.0", say);
  await makeFirstLive(workflow, say);
  await release(workflow, clone, "2.0.0", say);
}

async function makeFirstLive(workflow: Workflow, say: (line: string) => void): Promise<void> {
  const begun = await workflow.until("version 1 to ask for approval", async () => {
    const view = await workflow.environment("production");
    return view.flip || view.lastFlip || view.request?.status === "open" ? view : undefined;
  });
  if (begun.request?.status === "open") {
    say(`Approving it: ${begun.standby} becomes live …`);
    await workflow.approve(begun.request.id);
  }
  await workflow.until("version 1 to be live", async () => {
    const { flip, lastFlip } = await workflow.environment("production");
    return flip === undefined && lastFlip ? true : undefined;
  });
}

async function release(
  workflow: Workflow,
  clone: WorkingClone,
  version: string,
  say: (line: string) => void,
): Promise<void> {
  const branch = `version-${version[0]}`;
  say(`Version ${version}: pushing ${branch}; CI builds and validates it …`);
  const commit = await clone.commitVersion(branch, version);
  await clone.push(branch);
  await workflow.runOf(branch, commit, passed, "CI");
  say(`Version ${version}: merged to master; build, deployment to test and standby …`);
  const merged = await workflow.merge(branch);
  await workflow.runOf("master", merged.commit, awaitsApproval, "the release");
  await clone.pullMaster();
}

function invitation(ready: Ready, clone: WorkingClone, ttl: number): string[] {
  const port = new URL(ready.gateway).port;
  const { host, port: dnsPort } = ready.dns;
  return [
    "",
    "Version 1 is live. Version 2 is on the standby and waits for your approval.",
    "",
    "Open",
    ...columns(
      [
        [`http://rainbow.localhost:${port}`, "the app, as the internet sees it"],
        [`http://standby.rainbow.localhost:${port}`, "the standby: look before you approve"],
        [`http://test.rainbow.localhost:${port}`, "the test environment"],
        [`${ready.api}/`, "the status page; its key is the token in"],
        ["", join(dirname(clone.directory), "client.json")],
      ],
      "  ",
    ),
    "",
    "Type, in another terminal here",
    ...columns(
      [
        ["npx verdigris status"],
        [
          "npx verdigris approve production-<n>",
          "the number is in the status; then watch the page",
        ],
        ["npx verdigris revert production", "back again"],
        [`dig @${host} -p ${dnsPort} rainbow.test`, `the answer behind it; its TTL is ${ttl} s`],
      ],
      "  ",
    ),
    "",
    `Change the app in ${clone.directory}, commit on a branch, git push origin <branch>,`,
    "and when its run has passed: npx verdigris merge <branch>",
    "",
    "Ctrl-C stops the operator; the app goes on being served. `npx verdigris down` stops everything.",
  ];
}
