import { createSocket } from "node:dgram";
import { once } from "node:events";
import { decode, encode } from "dns-packet";

export interface AnswersSettings {
  readonly port: number;
  readonly names: readonly string[];
}

const EVERY_MS = 1;

/** Asks a DNS server for the addresses of these names all the time and says each that is new, and when. */
export async function tellAnswers({ port, names }: AnswersSettings): Promise<void> {
  const socket = createSocket("udp4");
  socket.connect(port, "127.0.0.1");
  await once(socket, "connect");
  const last = new Map<string, string>();
  socket.on("message", (packet) => {
    const now = machineMs();
    const { answers: [answer] = [] } = decode(packet);
    if (answer?.type !== "A" || last.get(answer.name) === answer.data) return;
    last.set(answer.name, answer.data);
    console.log(`${answer.name} ${answer.data} ${now}`);
  });
  const queries = names.map((name, id) =>
    encode({ type: "query", id, questions: [{ name, type: "A" }] }),
  );
  setInterval(() => {
    for (const query of queries) socket.send(query);
  }, EVERY_MS);
  console.log("asking");
}

/** Milliseconds of a clock that all processes of the machine share. */
export function machineMs(): number {
  return Number(process.hrtime.bigint()) / 1e6;
}
