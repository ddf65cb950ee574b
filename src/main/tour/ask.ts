import { type Agent, request } from "node:http";

/** What the sample app says of itself. */
export interface Seen {
  readonly version: string;
  readonly side: string;
  readonly release: string;
  readonly pid: number;
}

const PATIENCE_MS = 5000;

/**
 * Asks the sample app at `base` what it is, under this name: on a connection of its own, or on those of an agent.
 *
 * @throws Error with the status and body of a refusal, or when nothing comes for 5 s
 */
export function ask(base: URL | string, host: string, agent: Agent | false = false): Promise<Seen> {
  return new Promise((resolve, reject) => {
    const options = { headers: { host }, timeout: PATIENCE_MS, agent };
    const asked = request(new URL("/api/info", base), options, (answer) => {
      const chunks: Buffer[] = [];
      answer.on("data", (chunk: Buffer) => chunks.push(chunk));
      answer.on("error", reject);
      answer.on("end", () => {
        const body = Buffer.concat(chunks).toString("utf8");
        if (answer.statusCode === 200) resolve(JSON.parse(body) as Seen);
        else reject(new Error(`${host} answers ${answer.statusCode}: ${body.trim()}`));
      });
    });
    asked.on("timeout", () => asked.destroy(new Error(`${host} does not answer within 5 s`)));
    asked.on("error", reject);
    asked.end();
  });
}
