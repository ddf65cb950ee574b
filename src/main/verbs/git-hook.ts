import { basename } from "node:path";
import { postReceive, preReceive } from "../../adapters/local/git/receive.ts";
import { connect } from "../../cli/operator-api.ts";
import { EXIT, Problem } from "../../cli/problem.ts";
import type { Call } from "../../cli/verb.ts";
import { defineVerb } from "../../cli/verb.ts";
import type { StartedRun } from "../../contract/api.ts";

/** What the hooks of an app's bare repository run; git runs them in the repository's folder. */
export const gitHook = defineVerb({
  description: "Judges a push to an app's repository, or tells the operator of it. Run by git.",
  arguments: [{ name: "hook", summary: "pre-receive or post-receive", required: true }],
  flags: {},
  examples: [{ command: "git-hook pre-receive", meaning: "what the repository's hook runs" }],
  reach: "operator",
  async run(call) {
    const lines = (await readAll(call)).split("\n").filter((line) => line !== "");
    const [hook] = call.arguments;
    if (hook === "post-receive") return tell(call, lines);
    if (hook !== "pre-receive") throw new Problem("usage", `there is no hook "${hook}"`);
    const answer = await preReceive(call.cwd, lines);
    for (const line of answer.lines) call.terminal.remark(line);
    return answer.accept ? EXIT.done : EXIT.refused;
  },
});

/** What was pushed is safe in the repository: an operator that isn't there finds it at its start. */
async function tell(call: Call, lines: readonly string[]): Promise<0> {
  if (postReceive(lines).length === 0) return EXIT.done;
  const app = basename(call.cwd, ".git");
  try {
    const runs = await connect(call).send<readonly StartedRun[]>("POST", `/apps/${app}/notice`, {});
    for (const { run, branch } of runs) {
      call.terminal.remark(`Run ${run} of ${branch} has started: verdigris logs ${run} --follow`);
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    call.terminal.remark(
      `The push is accepted, but the operator could not be told: ${error.message} A run starts as soon as it is up.`,
    );
  }
  return EXIT.done;
}

async function readAll({ stdin }: Call): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of stdin) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString("utf8");
}
