import type { ControlErrorCode } from "./protocol.ts";

/** Why the local cloud doesn't do what its operator asked; the message says what was left unchanged. */
export class ControlFault extends Error {
  override readonly name = "ControlFault";
  readonly code: ControlErrorCode;

  constructor(code: ControlErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
