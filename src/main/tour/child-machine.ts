import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { Problem } from "../../cli/problem.ts";
import type { Ready } from "../machine/ready.ts";

const READY_DEADLINE_MS = 30_000;

/** An `up` of this very program as a process of its own, so that the tour sees it from outside. */
export interface ChildMachine {
  readonly ready: Ready;
  readonly process: ChildProcess;
}

export async function startChildMachine(
  command: readonly string[],
  dataDirectory: string,
  cwd: string,
): Promise<ChildMachine> {
  const [program = process.execPath, ...first] = command;
  const child = spawn(
    program,
    [
      ...first,
      "up",
      "--json",
      "--data-dir",
      dataDirectory,
      "--port=0",
      "--api-port=0",
      "--dns-port=0",
    ],
    { cwd, stdio: ["ignore", "pipe", "pipe"] },
  );
  const said: string[] = [];
  child.stderr.on("data", (chunk: Buffer) => said.push(chunk.toString("utf8")));
  return new Promise((resolve, reject) => {
    const deadline = setTimeout(() => {
      child.kill("SIGKILL");
      reject(new Problem("failed", `\`up\` was not ready within ${READY_DEADLINE_MS / 1000} s`));
    }, READY_DEADLINE_MS);
    createInterface({ input: child.stdout }).once("line", (line) => {
      clearTimeout(deadline);
      resolve({ ready: JSON.parse(line) as Ready, process: child });
    });
    child.once("exit", (code) => {
      clearTimeout(deadline);
      reject(new Problem("failed", `\`up\` ended with ${code}: ${said.join("").trim()}`));
    });
  });
}
