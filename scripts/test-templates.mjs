// `npm run test:templates`: checks what is written for others to carry out. The constructs of cdk/ by
// their templates' properties, `cdk synth`, and cfn-lint; the Terraform modules by what must hold in them;
// the pipelines that `verdigris ci` writes, each by its CI system's own schema or linter; and the Dockerfile.
import { join } from "node:path";
import { ensureBuilt, ensureInstalled, run } from "./ensure.mjs";
import { root } from "./sources.mjs";
import { ciTools, ensureCdk, inCdk, pythonPackages } from "./tools.mjs";

ensureInstalled();
await ensureBuilt();
const python = pythonPackages();
ensureCdk();
inCdk("npm", ["test"]);
inCdk("npm", ["run", "synth"]);
inCdk("npm", ["run", "lint:templates"], { CFN_LINT: join(python, "bin", "cfn-lint") });
const unittest = ["-m", "unittest", "discover", "-s", "terraform", "-p", "*_test.py"];
run(join(python, "bin", "python"), unittest);
run(join(python, "bin", "python"), ["terraform/check.py"]);
const env = { ...process.env, VERDIGRIS_CI_TOOLS: ciTools(python) };
run(process.execPath, [join(root, "test", "ci-systems", "check.mjs")], env);
run(process.execPath, [join(root, "test", "container", "check.mjs")]);
