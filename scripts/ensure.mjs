// What `npm start` and `npm test` need before they can do their work: packages and a build.
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { root, sourceStamp } from "./sources.mjs";

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
  await build(wanted);
}

/** Runs a command in the project's root; ends this process with its code when it fails. */
export function run(command, args, env = process.env) {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", env });
  if (error) throw error;
  if (status !== 0) process.exit(status ?? 1);
}
