import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import type { explore } from "./explore.ts";
import type { Mutation } from "./mutations.ts";
import type { simulate } from "./simulate.ts";

const root = process.cwd();

/** The search, as both its programs. */
export interface Search {
  readonly simulate: typeof simulate;
  readonly explore: typeof explore;
}

/** The search over a program without one protection. Throws when the source has no such place. */
export async function mutated(mutation: Mutation): Promise<Search> {
  const bundle = await rolldown({
    cwd: root,
    input: { simulate: "test/simulation/simulate.ts", explore: "test/simulation/explore.ts" },
    platform: "node",
    plugins: [{ name: "take out a protection", load: (id) => edited(mutation, id) }],
  });
  const dir = join(root, ".build", "mutations", mutation.name);
  await bundle.write({ dir, format: "esm", entryFileNames: "[name].mjs" });
  await bundle.close();
  const program = async (name: string) => import(pathToFileURL(join(dir, `${name}.mjs`)).href);
  const [{ simulate }, { explore }] = [await program("simulate"), await program("explore")];
  return { simulate, explore };
}

async function edited(mutation: Mutation, id: string) {
  const edits = mutation.edits.filter(({ file }) => id === join(root, file));
  if (edits.length === 0) return null;
  let code = await readFile(id, "utf8");
  for (const { file, find, replace } of edits) {
    if (code.split(find).length !== 2) throw new Error(`${file} does not hold this once: ${find}`);
    code = code.replace(find, () => replace);
  }
  return { code, moduleType: "ts" as const };
}
