// Compiles src/*.ts to dist/*.js. With TypeScript installed, here or in a folder above, types are
// checked too; without it, Node 22.13 or newer strips them by itself, and older ones install it.
import { spawnSync } from "node:child_process";
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import module, { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

process.chdir(dirname(fileURLToPath(import.meta.url)));
rmSync("dist", { recursive: true, force: true });
if (!folderOf("typescript") && !module.stripTypeScriptTypes) {
  spawnSync("npm", ["ci", "--no-audit", "--no-fund"], { stdio: "inherit" });
}
const compiler = folderOf("typescript");
const nodeTypes = folderOf("@types/node");

if (compiler && nodeTypes) {
  const tsc = [join(compiler, "bin", "tsc"), "--typeRoots", dirname(nodeTypes)];
  process.exitCode = spawnSync(process.execPath, tsc, { stdio: "inherit" }).status ?? 1;
} else if (module.stripTypeScriptTypes) {
  mkdirSync("dist");
  for (const file of readdirSync("src")) {
    const types = readFileSync(join("src", file), "utf8");
    const script = module.stripTypeScriptTypes(types);
    writeFileSync(join("dist", file.replace(/\.ts$/, ".js")), script);
  }
} else {
  console.error("The build needs TypeScript: run npm ci first, or use Node 22.13 or newer.");
  process.exitCode = 1;
}

function folderOf(name) {
  try {
    return dirname(createRequire(import.meta.url).resolve(`${name}/package.json`));
  } catch {
    return undefined;
  }
}
