// What `npm start` and `npm test` need before they can do their work: packages and a build.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
const STAMP = join(root, "dist", "build-stamp");

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Verdigris needs Node 20.19 or newer; this is ${process.version}.`);
  process.exit(1);
}

/** Runs `npm ci` unless the packages that are installed are those of the lock file. */
export function ensureInstalled() {
  const lock = join(root, "package-lock.json");
  const installed = join(root, "node_modules", ".package-lock.json");
  if (existsSync(installed) && statSync(installed).mtimeMs >= statSync(lock).mtimeMs) return;
  console.error("Installing packages …");
  const npm = process.env.npm_execpath;
  run(npm ? process.execPath : "npm", [...(npm ? [npm] : []), "ci", "--no-audit", "--no-fund"]);
}

/** Builds unless what is built was built from these very sources. */
export async function ensureBuilt() {
  const wanted = sourceStamp();
  if (existsSync(STAMP) && readFileSync(STAMP, "utf8") === wanted) return;
  console.error("Building …");
  const { build } = await import("./build.mjs");
  await build(wanted);
}

/** Runs a command in the project's root; ends this process with its code when it fails. */
export function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", env });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}

/** A hash over everything that the build reads. */
export function sourceStamp() {
  const hash = createHash("sha256");
  for (const path of [...filesBelow(join(root, "src")), "scripts/build.mjs", "package-lock.json"]) {
    hash
      .update(path)
      .update("\0")
      .update(readFileSync(join(root, path)))
      .update("\0");
  }
  return hash.digest("hex");
}

function filesBelow(folder) {
  return readdirSync(folder, { withFileTypes: true, recursive: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith(".test.ts"))
    .map((entry) => relative(root, join(entry.parentPath ?? entry.path, entry.name)))
    .sort();
}
