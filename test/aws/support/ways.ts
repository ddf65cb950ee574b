import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import type { Account } from "./account.ts";
import { FunctionGateway, type Handler } from "./function-gateway.ts";

const COMMAND = fileURLToPath(new URL("../../../dist/verdigris.js", import.meta.url));
const FUNCTION = new URL("../../../dist/lambda/lambda.mjs", import.meta.url).href;

const CALL_WITHIN_MS = 240_000;

export interface Said {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

export type Environment = Readonly<Record<string, string>>;

/** One way to run Verdigris on AWS, begun on a table. */
export interface Begun {
  /** What makes the command line go this way. */
  readonly environment: Environment;
  close(): Promise<void>;
}

export interface Way {
  readonly name: string;
  begin(account: Account, table: string, settings: Environment): Promise<Begun>;
}

/** The built command as a user runs it. It sees of this process's environment what it needs to run at all. */
export function verdigris(
  words: readonly string[],
  cwd: string,
  environment: Environment,
): Promise<Said> {
  const env = { PATH: process.env.PATH, HOME: process.env.HOME, ...environment };
  return new Promise((resolve) => {
    const options = { cwd, env, timeout: CALL_WITHIN_MS, maxBuffer: 16 * 1024 * 1024 };
    execFile(process.execPath, [COMMAND, ...words], options, (error, stdout, stderr) => {
      const code = error ? (typeof error.code === "number" ? error.code : 255) : 0;
      resolve({ code, stdout, stderr });
    });
  });
}

export const DIRECTLY: Way = {
  name: "directly",
  begin: async (account, table, settings) => ({
    environment: { ...account.environment(), ...settings, VERDIGRIS_TABLE: table },
    close: async () => undefined,
  }),
};

export const THROUGH_AN_OPERATOR: Way = {
  name: "through an operator",
  async begin(account, table, settings) {
    const environment = { ...account.environment(), ...settings };
    const child = spawn(
      process.execPath,
      [COMMAND, "operator", "--table", table, "--api-port", "0", "--json"],
      { env: { PATH: process.env.PATH, ...environment }, stdio: ["ignore", "pipe", "pipe"] },
    );
    const [line] = await Promise.race([
      once(createInterface(child.stdout), "line") as Promise<[string]>,
      ended(child),
    ]);
    const { api } = JSON.parse(line) as { readonly api: string };
    return {
      environment: { VERDIGRIS_SERVER: api, VERDIGRIS_API_KEY: await key(table, environment) },
      async close() {
        const exit = once(child, "exit");
        child.kill("SIGTERM");
        await exit;
      },
    };
  },
};

/** With the scheduler's event again and again, as it would come each minute. */
export const THROUGH_THE_FUNCTION: Way = {
  name: "through the Lambda function",
  async begin(account, table, settings) {
    const environment = { ...account.environment(), ...settings, VERDIGRIS_TABLE: table };
    // It reads them when it is loaded, as in Lambda. Nothing else in this process does.
    Object.assign(process.env, environment);
    const { handler } = (await import(FUNCTION)) as { readonly handler: Handler };
    const gateway = await FunctionGateway.start(handler);
    let isOpen = true;
    const driving = (async () => {
      while (isOpen) {
        await gateway.drive(15_000);
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    })();
    return {
      environment: {
        VERDIGRIS_SERVER: gateway.url,
        VERDIGRIS_API_KEY: await key(table, environment),
      },
      async close() {
        isOpen = false;
        await driving;
        await gateway.close();
      },
    };
  },
};

/** A key for the operator, made on the table itself. */
async function key(table: string, environment: Environment): Promise<string> {
  const words = ["token", "create", "--name", "ben@example.com", "--role", "admin"];
  const made = await verdigris([...words, "--table", table], "/", environment);
  if (made.code !== 0) throw new Error(`no key was made: ${made.stderr}`);
  return made.stdout.trim();
}

async function ended(child: ChildProcess): Promise<never> {
  let said = "";
  child.stderr?.on("data", (chunk: Buffer) => {
    said += chunk.toString();
  });
  const [code] = await once(child, "exit");
  throw new Error(`the operator ended with ${code}: ${said}`);
}
