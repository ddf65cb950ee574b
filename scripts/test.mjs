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
// Each start of Node reads the certificates that this names, for longer than all else that it does,
// and no test speaks to anything outside.
const { NODE_EXTRA_CA_CERTS: _, ...environment } = process.env;
run(bin("vitest"), ["run", ...projects, ...process.argv.slice(2)], environment);
