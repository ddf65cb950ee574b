import { existsSync, readFileSync } from "node:fs";
import { relative, resolve } from "node:path";
import type { ConfigureAnswer } from "../../contract/api.ts";
import { appPath } from "../app.ts";
import { commandFlags, dryRunFlag, newCommandId } from "../command.ts";
import { confirm } from "../confirm.ts";
import { findConfiguration } from "../find-configuration.ts";
import { toggle } from "../flags.ts";
import { connect } from "../operator-api.ts";
import { EXIT, Problem } from "../problem.ts";
import { type Call, defineVerb } from "../verb.ts";

export const verb = defineVerb({
  description:
    "Registers or changes the app's configuration, after showing what changes. The file is checked first: all mistakes come at once, each with its line, and nothing is sent until there is none. A change voids open flip requests of the environments it touches.",
  arguments: [
    { name: "file", summary: "verdigris.yaml here or above when left out", required: false },
  ],
  flags: {
    dryRun: dryRunFlag,
    yes: toggle("--yes", "Don't ask; nobody is asked where there is no terminal"),
    reason: commandFlags.reason,
  },
  examples: [
    { command: "apply --dry-run", meaning: "what would change" },
    { command: "apply --yes", meaning: "apply without a question" },
  ],
  reach: "operator",
  async run(call) {
    const { flags, terminal } = call;
    const { path, text } = readConfiguration(call);
    const app = await checkedApp(call, path, text);
    const api = connect(call);
    const commandId = newCommandId();
    const put = (query: Readonly<Record<string, string | number | undefined>>) =>
      api.putYaml<ConfigureAnswer>(`${appPath(app)}/configuration`, text, query, commandId);
    const preview = await put({ dryRun: "true" });
    if (flags.dryRun || !preview.changed) {
      terminal.answer(preview, () => shown(preview));
      return EXIT.done;
    }
    terminal.say(...shown(preview));
    const asks = !flags.yes && !terminal.json && call.stdin.isTTY === true;
    if (asks && !(await confirm(call, `Apply this to ${app}?`))) {
      throw new Problem("refused", "you said no. Nothing was changed.");
    }
    const answer = await put({ expectRevision: preview.revision, reason: flags.reason });
    terminal.answer(answer, () => [`${app}: applied (revision ${answer.revision})`]);
    return EXIT.done;
  },
});

function readConfiguration(call: Call): { readonly path: string; readonly text: string } {
  const { cwd } = call;
  const [written] = call.arguments;
  const path = written === undefined ? findConfiguration(cwd) : resolve(cwd, written);
  if (path === undefined) {
    throw new Problem(
      "usage",
      "there is no verdigris.yaml here or above; `verdigris init` writes one",
    );
  }
  if (!existsSync(path)) throw new Problem("usage", `there is no file ${path}`);
  return { path: relative(cwd, path) || path, text: readFileSync(path, "utf8") };
}

/** The name of the app in the file, once it holds no mistake. */
async function checkedApp({ globals }: Call, file: string, text: string): Promise<string> {
  const { parseConfiguration } = await import("../../contract/configuration/parse.ts");
  const parsed = parseConfiguration(text, { file });
  if (!parsed.ok) {
    const { showProblem } = await import("../../contract/configuration/problem.ts");
    throw new Problem("usage", parsed.problems.map(showProblem).join("\n"));
  }
  const { app } = parsed.configuration;
  if (globals.app !== undefined && globals.app !== app) {
    throw new Problem("usage", `--app: ${globals.app} is not the app of ${file}, which is ${app}`);
  }
  return app;
}

function shown({ app, changed, changes, revision }: ConfigureAnswer): readonly string[] {
  if (!changed) return [`${app}: nothing changes (revision ${revision})`];
  return [`${app}: what changes`, ...changes.map((change) => `  ${change}`)];
}
