import { globalFlags } from "./global-flags.ts";
import { usage } from "./help.ts";
import type { MachineVerb } from "./machine-verbs.ts";

/** The text of `docs/cli.md`, from what `--help` is made of. */
export function cliReference(verbs: readonly MachineVerb[]): string {
  const list = table(
    ["verb", "what it does"],
    verbs.map(({ name, summary }) => [`[\`${name}\`](#${name})`, summary]),
  );
  return [HEAD, ...list, "", ...everywhere(), ...verbs.flatMap(section)].join("\n");
}

const HEAD = `<!-- Written by the definitions in src/cli. To write it again:
     UPDATE_DOCS=1 npx vitest run --project unit src/cli -->

# Command line

Every verb has \`--help\`. With \`--json\` it prints the API's answer as one JSON document (one on each line where it
follows something), and a refusal as the API's error. Keys are never on the command line: they are in
\`VERDIGRIS_API_KEY\` or in the client file.

| exit code | meaning |
|---|---|
| 0 | done |
| 1 | failed |
| 2 | usage: the command line or the configuration is wrong, nothing was changed |
| 3 | refused with a reason, or not as it should be (\`drift\`) |
| 4 | not yet: waiting for a person, or a deadline passed |

The operator is the one of \`--server\` or \`VERDIGRIS_SERVER\`; otherwise the one in \`client.json\` of the data directory:
\`--data-dir\`, \`VERDIGRIS_DATA_DIR\`, or the nearest \`.verdigris\` here or above. That file holds a key, so one that
others can read is refused. The app is that of \`--app\`, else of \`verdigris.yaml\` here or above, else of the client
file, else the only one that the operator has.
`;

function everywhere(): readonly string[] {
  const flags = Object.values(globalFlags("operator"));
  return [
    "## Flags of every verb",
    "",
    ...table(
      ["flag", "meaning"],
      flags.map(({ syntax, summary }) => [`\`${syntax}\``, summary]),
    ),
    "",
    "`--server`, `--app` and `--timeout` belong to the verbs that speak to an operator, which `init`, `ci`, `demo`,",
    "`tour`, `up` and `down` do not.",
    "",
  ];
}

function section({ name, summary, help }: MachineVerb): readonly string[] {
  const rows = [
    ...help.arguments.map((argument) => [
      `\`${argument.required ? `<${argument.name}>` : `[${argument.name}]`}\``,
      argument.summary,
    ]),
    ...Object.values(help.flags).map((flag) => [`\`${flag.syntax}\``, flag.summary]),
  ];
  return [
    `## ${name}`,
    "",
    `${summary}.`,
    "",
    help.description,
    "",
    `    ${usage(name, help).replace(/^usage: /, "")}`,
    "",
    ...(rows.length > 0 ? [...table(["argument or flag", "meaning"], rows), ""] : []),
    ...help.examples.flatMap(({ command, meaning }) => [
      `    verdigris ${command}    # ${meaning}`,
    ]),
    "",
  ];
}

function table(head: readonly string[], rows: readonly (readonly string[])[]): readonly string[] {
  const line = (cells: readonly string[]) =>
    `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  return [line(head), `|${"---|".repeat(head.length)}`, ...rows.map(line)];
}
