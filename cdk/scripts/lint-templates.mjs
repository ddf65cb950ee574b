// Lints every template that the example and test/every-option.ts synthesize: npm run lint:templates
// Needs cfn-lint (PyPI), found by the variable CFN_LINT or on PATH.
import { spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("..", import.meta.url));
const cfnLint = process.env.CFN_LINT ?? "cfn-lint";

// Rules that are not looked at, each with its reason.
const ignored = [
  // Lambda's construct waits for a role and its policy together; a reference to the role alone would
  // let the function run before it may do anything.
  "W3005",
];

const run = (command, args, options = {}) => {
  const { status, error } = spawnSync(command, args, { cwd: root, stdio: "inherit", ...options });
  if (error?.code === "ENOENT") {
    console.error(`${command} was not found. Install cfn-lint, or name it with CFN_LINT.`);
  }
  if (status !== 0) process.exit(status ?? 1);
};

run(process.execPath, [join(root, "node_modules/typescript/bin/tsc"), "-b"]);

const folder = mkdtempSync(join(tmpdir(), "verdigris-templates-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

// The templates name the operator's code by a hash alone, so that any lambda.mjs will do.
const operatorCode = join(folder, "code");
mkdirSync(operatorCode);
writeFileSync(join(operatorCode, "lambda.mjs"), "export const handler = async () => {};\n");

/** The templates of an app, synthesized with the flags of cdk.json and more context. */
function templates(app, name, more) {
  const output = join(folder, name);
  const { context } = JSON.parse(readFileSync(join(root, "cdk.json"), "utf8"));
  const environment = {
    CDK_OUTDIR: output,
    CDK_CONTEXT_JSON: JSON.stringify({ ...context, ...more }),
  };
  run(process.execPath, [join(root, "dist", app)], { env: { ...process.env, ...environment } });
  return readdirSync(output)
    .filter((file) => file.endsWith(".template.json"))
    .map((file) => join(output, file));
}

const all = [
  ...templates("example/app.js", "service", { runsOn: "service" }),
  ...templates("example/app.js", "function", { runsOn: "function", operatorCode }),
  ...templates("example/app.js", "cheap", { natGateways: "0", flowLogs: "false" }),
  ...templates("test/every-option.js", "options", { operatorCode }),
];
run(cfnLint, ["--ignore-checks", ...ignored, "--", ...all]);
console.log(`${all.length} templates have neither errors nor warnings.`);
