import { existsSync, readFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { configurationFor, type DetectedApp } from "../new-configuration.ts";
import { EXIT, Problem } from "../problem.ts";
import { defineVerb } from "../verb.ts";

export const verb = defineVerb({
  description:
    "Writes a commented verdigris.yaml for the app in this folder, with a test environment and a blue-green production on one machine. Its name and commands come from package.json where there is one. A file that is there already is left as it is.",
  arguments: [],
  flags: {},
  examples: [{ command: "init", meaning: "in the root of your app's repository" }],
  reach: "machine",
  async run({ cwd, terminal }) {
    const path = join(cwd, "verdigris.yaml");
    const detected = detect(cwd);
    try {
      writeFileSync(path, configurationFor(detected), { flag: "wx" });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw unwritable(path, error);
      throw new Problem("refused", `${path} is there already. It was left as it is.`);
    }
    terminal.answer({ file: path, app: detected.app }, () => [
      `wrote ${path}`,
      "look it over, then: `verdigris up`",
    ]);
    return EXIT.done;
  },
});

function unwritable(path: string, error: unknown): Problem {
  const message = error instanceof Error ? error.message : String(error);
  return new Problem("failed", `${path} can't be written: ${message}.`);
}

function detect(cwd: string): DetectedApp {
  const path = join(cwd, "package.json");
  const folder = appName(basename(cwd));
  if (!existsSync(path)) return { app: folder, scripts: [] };
  const { name, scripts } = readPackage(path);
  return {
    app: typeof name === "string" ? appName(name.replace(/^@[^/]*\//, "")) : folder,
    scripts: Object.keys(scripts ?? {}),
    locked: existsSync(join(cwd, "package-lock.json")),
  };
}

function readPackage(path: string): { readonly name?: unknown; readonly scripts?: object } {
  try {
    return JSON.parse(readFileSync(path, "utf8")) ?? {};
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new Problem("failed", `${path} is not JSON: ${error.message}. Nothing was written.`);
  }
}

/** Up to 31 of a-z, 0-9 and -, a letter first. */
function appName(text: string): string {
  const name = text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .replace(/^[^a-z]+/, "")
    .slice(0, 31)
    .replace(/-+$/, "");
  return name || "app";
}
