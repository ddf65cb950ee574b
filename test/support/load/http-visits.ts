import { Agent, type IncomingMessage, request } from "node:http";
import type { Served } from "./load.ts";

const PATIENCE_MS = 30_000;

/** Requests at a base URL under this name: on a connection each, or on those of a keep-alive agent. */
export function requests(base: string, host: string, agent: Agent | false): () => Promise<Served> {
  return async () => JSON.parse(await textOf(base, host, "/", agent)) as Served;
}

export function keptAlive(connections: number): Agent {
  return new Agent({ keepAlive: true, maxSockets: connections });
}

/** Server-sent events, one each 100 ms: all must arrive, in order, and from one process. */
export function streams(base: string, host: string, lengths: readonly number[]) {
  let visits = 0;
  return async (): Promise<Served> => {
    const events = lengths[visits++ % lengths.length] ?? 1;
    const text = await textOf(base, host, `/stream?events=${events}`, false);
    const blocks = text.split("\n\n");
    if (blocks.pop() !== "") throw new Error(`the stream broke off: ...${text.slice(-80)}`);
    const told = blocks.map(
      (block) => JSON.parse(block.slice("data: ".length)) as Served & { readonly n: number },
    );
    const [first] = told;
    const whole = told.length === events && told.every(({ n }, index) => n === index + 1);
    if (!first || !whole) throw new Error(`got ${told.map(({ n }) => n)} of ${events} events`);
    if (told.some(({ pid }) => pid !== first.pid)) throw new Error("more than one process wrote");
    return first;
  };
}

function textOf(base: string, host: string, path: string, agent: Agent | false): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(new URL(path, base), { agent, headers: { host } }, (answer) => {
      bodyOf(answer).then((body) => {
        if (answer.statusCode === 200) resolve(body);
        else reject(new Error(`${answer.statusCode} ${body}`));
      }, reject);
    });
    asked.setTimeout(PATIENCE_MS, () => asked.destroy(new Error("nothing came for 30 s")));
    asked.on("error", reject);
    asked.end();
  });
}

/** Rejects when the answer ends before it is whole. */
async function bodyOf(answer: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of answer) chunks.push(chunk as Buffer);
  if (!answer.complete) throw new Error("the answer was cut off");
  return Buffer.concat(chunks).toString("utf8");
}
