// `npm test`: installs and builds what is missing, then checks everything that needs nothing but npm.
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, root, run } from "./ensure.mjs";

ensureInstalled();
await ensureBuilt();
const bin = (name) => join(root, "node_modules", ".bin", name);
run(bin("tsc"), ["-b"]);
run(bin("biome"), ["check", "--error-on-warnings", "."]);
run(bin("vitest"), ["run", ...process.argv.slice(2)]);
