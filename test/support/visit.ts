import { request } from "node:http";

export interface Visited {
  readonly status: number;
  readonly body: string;
}

/** One request through the gateway for a name, on a connection of its own. */
export function visit(
  gateway: string,
  host: string,
  path = "/",
  patienceMs = 10_000,
): Promise<Visited> {
  return new Promise((resolve, reject) => {
    const asked = request(
      new URL(path, gateway),
      { agent: false, headers: { host }, timeout: patienceMs },
      (answer) => {
        const chunks: Buffer[] = [];
        answer.on("data", (chunk: Buffer) => chunks.push(chunk));
        answer.on("error", reject);
        answer.on("end", () =>
          resolve({
            status: answer.statusCode ?? 0,
            body: Buffer.concat(chunks).toString("utf8"),
          }),
        );
      },
    );
    asked.on("timeout", () => asked.destroy(new Error(`no answer within ${patienceMs / 1000} s`)));
    asked.on("error", reject);
    asked.end();
  });
}
