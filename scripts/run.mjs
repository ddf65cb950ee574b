// `node scripts/run.mjs <program.ts> [flags]`: bundles a program of this repository and runs it,
// since Node 20 doesn't run TypeScript by itself.
import { basename, join } from "node:path";
import { ensureInstalled, run } from "./ensure.mjs";
import { root } from "./sources.mjs";

ensureInstalled();
const { rolldown } = await import("rolldown");
const [program, ...flags] = process.argv.slice(2);
if (program === undefined) {
  console.error("usage: node scripts/run.mjs <program.ts> [flags]");
  process.exit(2);
}
const name = basename(program, ".ts");
const dir = join(root, ".build", "run", name);
const bundle = await rolldown({
  cwd: root,
  input: { [name]: program },
  platform: "node",
  external: [/^libsql/, /^@aws-sdk\//, "rolldown"],
});
await bundle.write({ dir, format: "esm", entryFileNames: "[name].mjs", sourcemap: true });
await bundle.close();
run(process.execPath, ["--enable-source-maps", join(dir, `${name}.mjs`), ...flags]);
