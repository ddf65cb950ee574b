// `npm run test:aws`: starts an AWS API on loopback and runs what needs one against it.
import { spawn, spawnSync } from "node:child_process";
import { openSync, readFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { ensureBuilt, ensureInstalled } from "./ensure.mjs";
import { root } from "./sources.mjs";
import { build, cdk, ensureCdk, inCdk, pythonPackages } from "./tools.mjs";

const STARTED_WITHIN_MS = 60_000;

/** The example's templates, and those of the same with a changed variable of the app. */
function synthesized() {
  ensureCdk();
  const { context } = JSON.parse(readFileSync(join(cdk, "cdk.json"), "utf8"));
  // Neither NAT gateways nor flow logs are known to the API.
  const settings = { ...context, natGateways: "0", flowLogs: "false" };
  const folder = join(build, "templates");
  // What `cdk synth` runs, with what it tells it.
  const synth = (name, more) =>
    inCdk(process.execPath, [join("dist", "example", "app.js")], {
      CDK_OUTDIR: join(folder, name),
      CDK_CONTEXT_JSON: JSON.stringify({ ...settings, ...more }),
    });
  synth("first", {});
  synth("changed", { greeting: "Bonjour" });
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
