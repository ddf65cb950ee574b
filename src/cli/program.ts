import { nearest } from "../contract/configuration/nearest.ts";
import { readControl } from "./control.ts";
import { GLOBALS_WITH_VALUE } from "./global-flags.ts";
import { programHelp, verbHelp } from "./help.ts";
import { OpenTables } from "./open-tables.ts";
import { parseCall } from "./parse-call.ts";
import { EXIT, Problem, Stopped, showProblem } from "./problem.ts";
import { isElsewhere } from "./reach.ts";
import { processSurroundings, type Surroundings } from "./surroundings.ts";
import { Terminal } from "./terminal.ts";
import type { OpenTable } from "./transport.ts";
import type { VerbDefinition } from "./verb.ts";
import { VERBS } from "./verbs.ts";

export interface ProgramOptions {
  /** Verbs from elsewhere, listed before the ones of this folder. */
  readonly extra: readonly VerbDefinition[];
  /** What `--version` prints. */
  readonly version: string;
  /** Works on a table in this process; absent where there is no such thing. */
  readonly openTable?: OpenTable;
  /** Those of the process when left out. */
  readonly surroundings?: Surroundings;
}

const HELP: readonly string[] = ["--help", "-h"];

/**
 * Carries out one command line. `argv` is what follows the program's name. Returns the exit code;
 * give it to `process.exitCode`, so that what was written is still delivered.
 */
export async function runCli(argv: readonly string[], options: ProgramOptions): Promise<number> {
  const surroundings = options.surroundings ?? processSurroundings();
  const terminal = new Terminal(surroundings, {
    json: argv.includes("--json"),
    colour: !argv.includes("--no-color"),
  });
  try {
    return await carryOut(argv, options, surroundings, terminal);
  } catch (error) {
    terminal.settle();
    const { reason } = surroundings.signal;
    if (surroundings.signal.aborted && reason instanceof Stopped) return reason.exit;
    return report(error, terminal);
  }
}

async function carryOut(
  argv: readonly string[],
  { extra, version, openTable }: ProgramOptions,
  surroundings: Surroundings,
  terminal: Terminal,
): Promise<number> {
  const verbs = [...extra, ...VERBS];
  const { name, rest } = splitAtVerb(argv);
  if (name === undefined) return withoutVerb(rest, verbs, version, terminal);
  const definition = verbs.find((one) => one.name === name);
  if (!definition) throw unknownVerb(name, verbs);
  const verb = await definition.load();
  if (rest.some((word) => HELP.includes(word))) {
    terminal.print(...verbHelp(name, verb));
    return EXIT.done;
  }
  const parsed = withAdvice(name, () => parseCall(verb, rest));
  const { stdin, env, cwd, clock, signal } = surroundings;
  const asking = { env, cwd, globals: parsed.globals };
  const control =
    verb.reach === "operator" && !isElsewhere(asking) ? await readControl(cwd) : undefined;
  const tables = new OpenTables(openTable, (line) => terminal.remark(line));
  try {
    return await verb.run({
      ...parsed,
      ...{ version, terminal, stdin, env, cwd, clock, signal },
      ...(control ? { control } : {}),
      openTable: (reach) => tables.open(reach),
    });
  } finally {
    await tables.close();
  }
}

/** The verb is the first word that is neither a flag nor a flag's value. `help x` is `x --help`. */
function splitAtVerb(argv: readonly string[]): {
  readonly name: string | undefined;
  readonly rest: readonly string[];
} {
  let at = 0;
  for (let word = argv[at]; word?.startsWith("-"); word = argv[at]) {
    at += GLOBALS_WITH_VALUE.includes(word) ? 2 : 1;
  }
  const rest = argv.filter((_, i) => i !== at);
  return argv[at] === "help" ? { name: rest[0], rest: ["--help"] } : { name: argv[at], rest };
}

function withoutVerb(
  words: readonly string[],
  verbs: readonly VerbDefinition[],
  version: string,
  terminal: Terminal,
): number {
  if (words.includes("--version")) {
    terminal.print(version);
    return EXIT.done;
  }
  terminal.print(...programHelp(verbs));
  return words.some((word) => HELP.includes(word)) ? EXIT.done : EXIT.usage;
}

function unknownVerb(word: string, verbs: readonly VerbDefinition[]): Problem {
  const meant = nearest(
    word,
    verbs.filter((verb) => !verb.hidden).map((verb) => verb.name),
  );
  const advice = meant ? `did you mean ${meant}?` : "`verdigris --help` lists the verbs";
  return new Problem("usage", `there is no verb "${word}"; ${advice}`);
}

function withAdvice<T>(name: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Problem)) throw error;
    throw new Problem(error.kind, `${error.message}\n\`verdigris ${name} --help\` shows its flags`);
  }
}

function report(error: unknown, terminal: Terminal): number {
  if (error instanceof Problem) {
    if (terminal.json && error.answer) terminal.document(error.answer);
    terminal.remark(showProblem(error));
    return EXIT[error.kind];
  }
  const shown = error instanceof Error ? (error.stack ?? error.message) : String(error);
  terminal.remark(`failed: this is a defect of verdigris itself, please report it\n${shown}`);
  return EXIT.failed;
}
