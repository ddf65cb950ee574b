// `npm run test:aws`: starts an AWS API on loopback and runs what needs one against it, and checks what
// is written for AWS, Terraform and CI systems. Packages of Python are installed into .build, pinned by
// test/aws/requirements.txt, and those of cdk/ into cdk/.
import { spawn, spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, run } from "./ensure.mjs";
import { root } from "./sources.mjs";

const STARTED_WITHIN_MS = 60_000;

const build = join(root, ".build");
const requirements = join(root, "test", "aws", "requirements.txt");

function pythonPackages() {
  const stamp = createHash("sha256").update(readFileSync(requirements)).digest("hex").slice(0, 12);
  const folder = join(build, `python-${stamp}`);
  if (existsSync(folder)) return folder;
  console.error("Installing packages of Python …");
  const making = `${folder}.making`;
  rmSync(making, { recursive: true, force: true });
  mkdirSync(build, { recursive: true });
  run("python3", ["-m", "venv", making]);
  // A virtual environment holds its own path in its scripts, which are called by `python -m` for that.
  run(join(making, "bin", "python"), ["-m", "pip", "install", "--quiet", "-r", requirements]);
  renameSync(making, folder);
  return folder;
}

function inCdk(...words) {
  const { status, error } = spawnSync(words[0], words.slice(1), {
    cwd: join(root, "cdk"),
    stdio: ["ignore", "ignore", "inherit"],
  });
  if (error) throw error;
  if (status !== 0) throw new Error(`cdk/: ${words.join(" ")} ended with ${status}`);
}

/** The example's templates, and those of the same with a changed variable of the app. */
function synthesized() {
  const lock = join(root, "cdk", "package-lock.json");
  const installed = join(root, "cdk", "node_modules", ".package-lock.json");
  if (!existsSync(installed) || statSync(installed).mtimeMs < statSync(lock).mtimeMs) {
    console.error("Installing packages of cdk/ …");
    inCdk("npm", "ci", "--no-audit", "--no-fund");
  }
  console.error("Making templates …");
  inCdk("npx", "tsc", "-b");
  const folder = join(build, "templates");
  // Neither NAT gateways nor flow logs are known to the API.
  const context = ["-c", "natGateways=0", "-c", "flowLogs=false"];
  const synth = (name, ...more) =>
    inCdk("npx", "cdk", "synth", "--quiet", "--output", join(folder, name), ...context, ...more);
  synth("first");
  synth("changed", "-c", "greeting=Bonjour");
  return folder;
}

function freePort() {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const { port } = server.address();
      server.close(() => resolve(port));
    });
  });
}

/** Speaks to nobody but loopback, and ends with this process. */
async function startApi(python) {
  const port = await freePort();
  const log = openSync(join(build, "ministack.log"), "w");
  const child = spawn(
    join(python, "bin", "python"),
    ["-m", "hypercorn", "ministack.app:app", "--bind", `127.0.0.1:${port}`, "--keep-alive", "75"],
    {
      stdio: ["ignore", log, log],
      env: {
        ...process.env,
        ...{ GATEWAY_PORT: String(port), BIND_HOST: "127.0.0.1", LOG_LEVEL: "WARNING" },
        ...{ SFTP_ENABLED: "0", IOT_MTLS_ENABLED: "0", DOCKER_HOST: "unix:///nonexistent.sock" },
      },
    },
  );
  const endpoint = `http://127.0.0.1:${port}`;
  const deadline = Date.now() + STARTED_WITHIN_MS;
  while (child.exitCode === null && Date.now() < deadline) {
    const answered = await fetch(`${endpoint}/_ministack/health`).then(
      ({ ok }) => ok,
      () => false,
    );
    if (answered) return { child, endpoint };
    await new Promise((resolve) => setTimeout(resolve, 100));
  }
  child.kill();
  throw new Error(`The AWS API did not start; its log: ${join(build, "ministack.log")}`);
}

ensureInstalled();
await ensureBuilt();
const python = pythonPackages();
const templates = synthesized();
const { child, endpoint } = await startApi(python);
let status = 1;
try {
  const vitest = join(root, "node_modules", ".bin", "vitest");
  const args = ["run", "--project=aws", ...process.argv.slice(2)];
  const env = { ...process.env, VERDIGRIS_TEST_AWS: endpoint, VERDIGRIS_TEST_TEMPLATES: templates };
  ({ status } = spawnSync(vitest, args, { cwd: root, stdio: "inherit", env }));
} finally {
  child.kill();
}
process.exit(status ?? 1);
