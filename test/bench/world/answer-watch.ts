import { createSocket, type Socket } from "node:dgram";
import { once } from "node:events";
import { decode, encode } from "dns-packet";

const LOST_MS = 200;
const PATIENCE_MS = 20_000;

/** Asks one DNS server for one address over UDP, again and again, as fast as it answers. */
export class AnswerWatch {
  readonly #socket: Socket;
  readonly #query: Buffer;

  private constructor(socket: Socket, name: string) {
    this.#socket = socket;
    this.#query = encode({ type: "query", id: 1, questions: [{ name, type: "A" }] });
  }

  static async on(port: number, name: string): Promise<AnswerWatch> {
    const socket = createSocket("udp4");
    socket.connect(port, "127.0.0.1");
    await once(socket, "connect");
    return new AnswerWatch(socket, name);
  }

  /** Resolves with the time (of performance.now) at which the answer was this address. */
  until(address: string): Promise<number> {
    const deadline = performance.now() + PATIENCE_MS;
    return new Promise((resolve, reject) => {
      const send = () => this.#socket.send(this.#query);
      const again = setInterval(send, LOST_MS);
      const over = () => {
        clearInterval(again);
        this.#socket.off("message", heard);
      };
      const heard = (packet: Buffer) => {
        const now = performance.now();
        const [answer] = decode(packet).answers ?? [];
        if (answer?.type === "A" && answer.data === address) {
          over();
          resolve(now);
        } else if (now > deadline) {
          over();
          reject(new Error(`the DNS server did not answer ${address} in time`));
        } else {
          send();
        }
      };
      this.#socket.on("message", heard);
      send();
    });
  }

  close(): void {
    this.#socket.close();
  }
}
