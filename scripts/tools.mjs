// What the slower suites need beside npm's packages of the root: packages of Python, pinned by
// test/aws/requirements.txt, those of cdk/, and actionlint. All but cdk's own are installed into .build.
import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { run } from "./ensure.mjs";
import { root } from "./sources.mjs";

const ACTIONLINT = "github.com/rhysd/actionlint/cmd/actionlint@v1.7.7";

export const build = join(root, ".build");
export const cdk = join(root, "cdk");

/** A virtual environment with the packages that are pinned; its folder. */
export function pythonPackages() {
  const requirements = join(root, "test", "aws", "requirements.txt");
  const stamp = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const folder = join(build, `python-${stamp}`);
  const complete = join(folder, "complete");
  if (existsSync(complete)) return folder;
  console.error("Installing packages of Python …");
  rmSync(folder, { recursive: true, force: true });
  run("python3", ["-m", "venv", folder]);
  const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
  run(join(folder, "bin", "python"), [...pip, "-r", requirements]);
  writeFileSync(complete, "");
  return folder;
}

/** Installs and compiles cdk/. */
export function ensureCdk() {
  const lock = join(cdk, "package-lock.json");
  const installed = join(cdk, "node_modules", ".package-lock.json");
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
    console.error("Installing packages of cdk/ …");
    inCdk("npm", ["ci", "--no-audit", "--no-fund"]);
  }
  inCdk(process.execPath, [join(cdk, "node_modules", "typescript", "bin", "tsc"), "-b"]);
}

export function inCdk(command, args, env = {}) {
  const options = { cwd: cdk, stdio: "inherit", env: { ...process.env, ...env } };
  const { status, error } = spawnSync(command, args, options);
  if (error) throw error;
  if (status !== 0) throw new Error(`cdk/: ${command} ${args.join(" ")} ended with ${status}`);
}

/** A folder whose bin/ has check-jsonschema and actionlint, which Go compiles. */
export function ciTools(python) {
  const folder = join(build, "ci-tools");
  const bin = join(folder, "bin");
  mkdirSync(bin, { recursive: true });
  if (!existsSync(join(bin, "actionlint"))) {
    console.error("Compiling actionlint …");
    run("go", ["install", ACTIONLINT], { ...process.env, GOBIN: bin });
  }
  rmSync(join(bin, "check-jsonschema"), { force: true });
  symlinkSync(join(python, "bin", "check-jsonschema"), join(bin, "check-jsonschema"));
  return folder;
}
