import { WebSocket } from "ws";
import type { Served } from "./load.ts";

const PATIENCE_MS = 30_000;
const PAUSE_MS = 50;

/**
 * Conversations over WebSockets: a counter goes out and comes back, one number after the other, as
 * often as `lengths` says in turn. Each echo must be the next number and of the process that the first was of.
 */
export function conversations(base: string, host: string, lengths: readonly number[]) {
  const url = base.replace(/^http/, "ws");
  let visits = 0;
  return (): Promise<Served> => {
    const length = lengths[visits++ % lengths.length] ?? 1;
    return new Promise((resolve, reject) => {
      const socket = new WebSocket(url, { headers: { host }, handshakeTimeout: PATIENCE_MS });
      const fail = (why: string) => {
        socket.terminate();
        reject(new Error(why));
      };
      const late = setTimeout(() => fail("no echo for 30 s"), PATIENCE_MS);
      let first: Served | undefined;
      let counted = 0;
      socket.on("open", () => socket.send("1"));
      socket.on("error", (error) => fail(error.message));
      socket.on("message", (text) => {
        late.refresh();
        const echo = JSON.parse(String(text)) as Served & { readonly n: number };
        first ??= echo;
        counted += 1;
        if (echo.n !== counted) return fail(`echo ${echo.n} came as number ${counted}`);
        if (echo.pid !== first.pid) return fail(`process ${echo.pid} went on for ${first.pid}`);
        if (counted === length) return socket.close(1000);
        setTimeout(() => socket.send(String(counted + 1)), PAUSE_MS);
      });
      socket.on("close", (code) => {
        clearTimeout(late);
        if (first && counted === length && code === 1000) resolve(first);
        else fail(`closed with ${code} after ${counted} of ${length} echoes`);
      });
    });
  };
}
