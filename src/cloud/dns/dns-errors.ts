/** The address and port are taken by another process. */
export class DnsPortInUse extends Error {
  override readonly name = "DnsPortInUse";
  readonly host: string;
  readonly port: number;

  constructor(host: string, port: number, options?: ErrorOptions) {
    super(
      `The DNS server can't listen on ${host} port ${port} (UDP and TCP): another process has it. ` +
        "Nothing was started. Stop that process, or choose another port.",
      options,
    );
    this.host = host;
    this.port = port;
  }
}

/** The host to listen on is not one IP address. */
export class NotOneAddress extends Error {
  override readonly name = "NotOneAddress";
  readonly host: string;

  constructor(host: string) {
    super(
      `The DNS server can't listen on "${host}": it must be the IP address of one interface, because ` +
        "answers go out from the address that was asked and name servers are published by address. " +
        "Nothing was started. Give an address such as 127.0.0.1.",
    );
    this.host = host;
  }
}

/** The file with zones and records can't be taken as it is. It was not touched. */
export class ZonesFileUnusable extends Error {
  override readonly name = "ZonesFileUnusable";
  readonly file: string;

  constructor(file: string, problem: string, wayOut: string, options?: ErrorOptions) {
    super(
      `The DNS zones in ${file} can't be used: ${problem}. The file was left as it is. ${wayOut}`,
      options,
    );
    this.file = file;
  }
}

/** A zone or change was fine but did not reach the disk, so it was not made. */
export class ZonesNotSaved extends Error {
  override readonly name = "ZonesNotSaved";
  readonly file: string;

  constructor(file: string, cause: unknown) {
    super(
      `The DNS change could not be saved to ${file}: ${cause instanceof Error ? cause.message : cause}. ` +
        "Answers are as they were. Mend the disk or the folder's permissions, then send the change again.",
      { cause },
    );
    this.file = file;
  }
}

/** The server makes no changes now: too many wait, or it is stopping. */
export class ZonesUnavailable extends Error {
  override readonly name = "ZonesUnavailable";

  constructor(why: string) {
    super(`The DNS change was not made: ${why}. Answers are as they were. Try again later.`);
  }
}

/** A zone of this name can't be. */
export class InvalidZone extends Error {
  override readonly name = "InvalidZone";
  readonly zone: string;

  constructor(zone: string, flaw: string) {
    super(`The zone "${zone}" can't be created: ${flaw}. Nothing was changed.`);
    this.zone = zone;
  }
}
