/** An address to listen on is taken by another process. */
export class AddressInUse extends Error {
  override readonly name = "AddressInUse";
  readonly address: string;
  readonly port: number;

  constructor(proxy: string, address: string, port: number, options?: ErrorOptions) {
    super(
      `${proxy} can't listen on ${address} port ${port}: another process has it. Nothing was started. ` +
        "Stop that process, or choose another address or port.",
      options,
    );
    this.address = address;
    this.port = port;
  }
}

/** An address to listen on is not one of this machine. */
export class AddressNotAvailable extends Error {
  override readonly name = "AddressNotAvailable";
  readonly address: string;

  constructor(proxy: string, address: string, options?: ErrorOptions) {
    super(
      `${proxy} can't listen on ${address}: this machine has no such address. Nothing was started. ` +
        "macOS answers for 127.0.0.1 only until the others are added: " +
        `sudo ifconfig lo0 alias ${address} (until the next restart of the machine).`,
      options,
    );
    this.address = address;
  }
}

/** The Error to throw for what `listen` reported. */
export function listenError(
  proxy: string,
  address: string,
  port: number,
  cause: NodeJS.ErrnoException,
): Error {
  if (cause.code === "EADDRINUSE") return new AddressInUse(proxy, address, port, { cause });
  const absent = cause.code === "EADDRNOTAVAIL" || cause.code === "EAFNOSUPPORT";
  return absent ? new AddressNotAvailable(proxy, address, { cause }) : cause;
}
