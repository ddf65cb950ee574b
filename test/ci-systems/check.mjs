// Writes pipelines with the built command for every CI system in every way, and has each judged by
// that system's own rules: check-jsonschema 0.39.0 (PyPI) with the schemas it brings, and actionlint
// 1.7 (Go). VERDIGRIS_CI_TOOLS names a folder whose bin/ has both; nothing is fetched here.
// Ends with 1 when a pipeline is wrong, and when a pipeline that was broken on purpose is not.
import { execFile } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

const COMMAND = fileURLToPath(new URL("../../dist/verdigris.js", import.meta.url));
const TOOL_DEADLINE_MS = 60_000;

const SYSTEMS = {
  github: { path: ".github/workflows/verdigris.yml", schema: ["vendor.github-workflows"] },
  circleci: { path: ".circleci/config.yml", schema: ["vendor.circle-ci"] },
  gitlab: {
    path: ".gitlab-ci.yml",
    schema: ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
  },
};

const CONTROLS = {
  table: "{ table: verdigris, region: eu-west-1 }",
  server: "{ server: https://verdigris.example.com }",
};

/** Each takes away what the system can't do without. */
const BREAKS = {
  github: [
    ["runs-on: ubuntu-24.04", "run-on: ubuntu-24.04"],
    ["needs: request-flip-production", "needs: request-flip-staging"],
    ["steps.image.outputs.digest", "steps.picture.outputs.digest"],
  ],
  circleci: [
    ["serial-group: verdigris/rainbow/build", "serial-group: [verdigris]"],
    ["branches:\n              only: master", "branch: master"],
  ],
  gitlab: [
    ["when: manual", "when: asked"],
    ["resource_group: verdigris-rainbow-build", "resource_group: [verdigris]"],
  ],
};

async function main() {
  const tools = process.env.VERDIGRIS_CI_TOOLS;
  if (!tools)
    throw new Error(
      "VERDIGRIS_CI_TOOLS must name a folder with bin/check-jsonschema and bin/actionlint",
    );
  const judge = judgeWith(join(tools, "bin"));
  const faults = [];
  let judged = 0;
  for (const way of ways()) {
    const folder = await written(way);
    try {
      const found = await judge(way.system, folder);
      faults.push(...found.map((fault) => `${way.name}: ${fault}`));
      judged += 1;
      if (way.whole) faults.push(...(await unseen(judge, way, folder)));
    } finally {
      rmSync(folder, { recursive: true });
    }
  }
  for (const fault of faults) console.error(fault);
  console.log(`${judged} pipelines judged, ${faults.length} faults`);
  process.exitCode = faults.length === 0 && judged > 0 ? 0 : 1;
}

/** Systems, places of approval, places of the state, lock file, registry. */
function* ways() {
  for (const system of Object.keys(SYSTEMS)) {
    for (const approval of ["ci", "verdigris"]) {
      for (const control of Object.keys(CONTROLS)) {
        for (const locked of [true, false]) {
          for (const registry of ["123456789012.dkr.ecr.eu-west-1.amazonaws.com", "ghcr.io"]) {
            const name = [system, approval, control, locked ? "locked" : "unlocked", registry].join(
              " ",
            );
            const whole =
              approval === "ci" && control === "table" && locked && registry !== "ghcr.io";
            yield { name, system, approval, control, locked, registry, whole };
          }
        }
      }
    }
  }
}

async function written({ system, approval, control, locked, registry }) {
  const folder = mkdtempSync(join(tmpdir(), "verdigris-pipeline-"));
  writeFileSync(join(folder, "verdigris.yaml"), configuration(control, registry));
  if (locked) {
    writeFileSync(join(folder, "package.json"), "{}");
    writeFileSync(join(folder, "package-lock.json"), "{}");
  }
  await run(process.execPath, [COMMAND, "ci", system, "--approval", approval], folder);
  return folder;
}

function configuration(control, registry) {
  const side = (name) =>
    `{ runtime: ecs, cluster: ${name}, service: s, loadBalancer: "arn:aws:elasticloadbalancing:eu-west-1:123456789012:loadbalancer/app/${name}/0123456789abcdef" }`;
  return `app: rainbow
build:
  command: |
    echo 'a: "b"' # \${{ c }} << d >>
    make
  validate: make test
  image: ${registry}/acme/rainbow
environments:
  test: { kind: single, record: test.example.com, sides: { main: ${side("test")} } }
  yes: { kind: single, record: yes.example.com, sides: { main: ${side("yes")} } }
  production:
    kind: blue-green
    record: example.com
    preview: standby.example.com
    sides: { blue: ${side("blue")}, green: ${side("green")} }
control: ${CONTROLS[control]}
`;
}

/** What a system finds wrong, a line each. */
function judgeWith(bin) {
  for (const tool of ["check-jsonschema", "actionlint"]) {
    if (!existsSync(join(bin, tool))) throw new Error(`there is no ${tool} in ${bin}`);
  }
  return async (system, folder) => {
    const { path, schema } = SYSTEMS[system];
    const calls = [["check-jsonschema", ["--no-cache", "--builtin-schema", ...schema, path]]];
    if (system === "github") calls.push(["actionlint", ["-no-color", path]]);
    const said = await Promise.all(
      calls.map(async ([tool, words]) => {
        const { code, output } = await attempt(join(bin, tool), words, folder);
        return code === 0 ? [] : [`${tool}: ${output.trim()}`];
      }),
    );
    return said.flat();
  };
}

/** Broken pipelines that nobody finds fault with: then the judges can't be trusted. */
async function unseen(judge, { name, system }, folder) {
  const file = join(folder, SYSTEMS[system].path);
  const text = readFileSync(file, "utf8");
  const faults = [];
  for (const [whole, broken] of BREAKS[system]) {
    if (!text.includes(whole)) faults.push(`${name}: has no "${whole}" to break`);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text.replace(whole, broken));
    const found = await judge(system, folder);
    if (found.length === 0) faults.push(`${name}: nobody minds "${broken}"`);
  }
  writeFileSync(file, text);
  return faults;
}

async function run(file, words, cwd) {
  const { code, output } = await attempt(file, words, cwd);
  if (code !== 0) throw new Error(`${file} ${words.join(" ")} ended with ${code}: ${output}`);
}

function attempt(file, words, cwd) {
  return new Promise((resolve, reject) => {
    execFile(file, words, { cwd, timeout: TOOL_DEADLINE_MS }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") reject(error);
      else resolve({ code: error?.code ?? 0, output: `${stdout}${stderr}` });
    });
  });
}

await main();
