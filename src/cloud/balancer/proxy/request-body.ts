import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";

/**
 * A request's body as one attempt reads it. undici destroys the stream it is given when the upstream
 * fails, and destroying an IncomingMessage closes the client's connection, which still has to carry
 * the answer. This stream lends the body out and can be destroyed alone.
 */
export class RequestBody extends Readable {
  readonly #source: IncomingMessage;
  #state: "untouched" | "attached" | "detached" = "untouched";
  #taken = false;

  constructor(source: IncomingMessage) {
    super();
    this.#source = source;
  }

  /** Some of the body has left the source, so no other attempt can send it whole. */
  get taken(): boolean {
    return this.#taken;
  }

  /** Reads no more of the source, and leaves it paused. */
  detach(): void {
    if (this.#state === "attached") {
      this.#source.off("data", this.#take).off("end", this.#end).pause();
    }
    this.#state = "detached";
  }

  override _read(): void {
    if (this.#state === "untouched") {
      this.#state = "attached";
      this.#source.on("data", this.#take).on("end", this.#end);
    }
    if (this.#state === "attached") this.#source.resume();
  }

  /** The error is dropped: undici tells the same one to the attempt. */
  override _destroy(_error: Error | null, done: (error: null) => void): void {
    this.detach();
    done(null);
  }

  readonly #take = (chunk: Buffer): void => {
    this.#taken = true;
    if (!this.push(chunk)) this.#source.pause();
  };

  readonly #end = (): void => {
    this.push(null);
  };
}
