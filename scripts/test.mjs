// `npm test`: installs and builds what is missing, then checks everything that needs nothing but npm.
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, run } from "./ensure.mjs";
import { root } from "./sources.mjs";

ensureInstalled();
await ensureBuilt();
const bin = (name) => join(root, "node_modules", ".bin", name);
run(bin("tsc"), ["-b"]);
run(bin("biome"), ["check", "--error-on-warnings", "."]);
const projects = ["unit", "int", "e2e"].map((name) => `--project=${name}`);
run(bin("vitest"), ["run", ...projects, ...process.argv.slice(2)]);
