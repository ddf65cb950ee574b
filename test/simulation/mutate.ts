import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { rolldown } from "rolldown";
import type { Mutation } from "./mutations.ts";
import type { simulate } from "./simulate.ts";

const root = process.cwd();

/** The simulation of a program without one protection. Throws when the source has no such place. */
export async function mutated(mutation: Mutation): Promise<typeof simulate> {
  const bundle = await rolldown({
    cwd: root,
    input: { [mutation.name]: "test/simulation/simulate.ts" },
    platform: "node",
    plugins: [
      {
        name: "take out a protection",
        async load(id) {
          const edits = mutation.edits.filter(({ file }) => id === join(root, file));
          if (edits.length === 0) return null;
          let code = await readFile(id, "utf8");
          for (const { file, find, replace } of edits) {
            if (code.split(find).length !== 2) {
              throw new Error(`${file} does not hold this once: ${find}`);
            }
            code = code.replace(find, () => replace);
          }
          return { code, moduleType: "ts" };
        },
      },
    ],
  });
  const dir = join(root, ".build", "mutations");
  await bundle.write({ dir, format: "esm", entryFileNames: "[name].mjs" });
  await bundle.close();
  const module = await import(pathToFileURL(join(dir, `${mutation.name}.mjs`)).href);
  return module.simulate;
}
