import type { ControlErrorCode } from "../../../cloud/control/protocol.ts";

/** The local cloud doesn't answer. Whether it did what it was asked is not known. */
export class CloudUnreachable extends Error {
  override readonly name = "CloudUnreachable";
  readonly socket: string;

  constructor(socket: string, why: string, options?: ErrorOptions) {
    super(
      `The local cloud at ${socket} can't be reached: ${why}. Is it running? \`up\` starts it.`,
      options,
    );
    this.socket = socket;
  }
}

/** The local cloud answered that it doesn't do what it was asked; the message says why. */
export class CloudRefusal extends Error {
  override readonly name = "CloudRefusal";
  readonly status: number;
  readonly code: ControlErrorCode;

  constructor(status: number, code: ControlErrorCode, message: string) {
    super(message);
    this.status = status;
    this.code = code;
  }
}
