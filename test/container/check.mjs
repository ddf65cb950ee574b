// Carries out the Dockerfile without a container engine: each instruction on folders that stand for the
// stages, with the files that .dockerignore lets through. Then the image's own entry point must tell the
// version from what the last stage holds. What a base image brings is this machine's Node.
import { execFileSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));
const RUN_WITHIN_MS = 600_000;

const folder = mkdtempSync(join(tmpdir(), "verdigris-image-"));
process.on("exit", () => rmSync(folder, { recursive: true, force: true }));

const allowed = readFileSync(join(root, ".dockerignore"), "utf8")
  .split("\n")
  .filter((line) => line.startsWith("!"))
  .map((line) => line.slice(1));

/** By name: where the stage's files are. The last one is the image. */
const stages = new Map();
let stage;
let workdir = "/";
let entry = [];

const inStage = (path) => join(stage, path.startsWith("/") ? path : join(workdir, path));

const instructions = {
  FROM(words) {
    const name = words[1] === "AS" ? words[2] : "image";
    stage = join(folder, name);
    stages.set(name, stage);
    workdir = "/";
  },
  WORKDIR([path]) {
    workdir = path;
    mkdirSync(inStage("."), { recursive: true });
  },
  COPY(words) {
    const from = words[0]?.startsWith("--from=")
      ? words.shift().slice("--from=".length)
      : undefined;
    const target = words.pop();
    for (const source of words) {
      const path = from ? join(stages.get(from), source) : join(root, source);
      if (!from && !allowed.includes(source)) throw new Error(`.dockerignore keeps ${source} out`);
      const into =
        words.length > 1 || target.endsWith("/") ? join(target, source.split("/").at(-1)) : target;
      cpSync(path, inStage(into), { recursive: true, verbatimSymlinks: true });
    }
  },
  RUN(words) {
    const options = { cwd: inStage("."), stdio: "inherit", timeout: RUN_WITHIN_MS };
    execFileSync("sh", ["-ec", words.join(" ")], options);
  },
  ENTRYPOINT(words) {
    entry = JSON.parse(words.join(" "));
  },
};
/** These say how the image runs, and put no file into it. */
const WITHOUT_FILES = ["ENV", "USER", "EXPOSE", "CMD"];

for (const line of readFileSync(join(root, "Dockerfile"), "utf8").split("\n")) {
  if (line.trim() === "" || line.startsWith("#")) continue;
  const [instruction, ...words] = line.split(" ");
  if (WITHOUT_FILES.includes(instruction)) continue;
  if (!instructions[instruction]) throw new Error(`this check doesn't know ${instruction}`);
  instructions[instruction](words);
}

const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
const [program, ...first] = entry;
const run = { cwd: inStage("."), encoding: "utf8", env: { PATH: process.env.PATH } };
const said = execFileSync(program, [...first, "--version"], run).trim();
if (said !== version) throw new Error(`the image says ${said}, not ${version}`);
console.log(`The image's files make verdigris ${said}.`);
