/** The address and port are taken by another process. Nothing was started. */
export class ApiPortInUse extends Error {
  override readonly name = "ApiPortInUse";
  readonly host: string;
  readonly port: number;

  constructor(host: string, port: number, options?: ErrorOptions) {
    super(
      `The API can't listen on ${host} port ${port}: another process has it. ` +
        "Nothing was started. Stop that process, or choose another port with --api-port.",
      options,
    );
    this.host = host;
    this.port = port;
  }
}
