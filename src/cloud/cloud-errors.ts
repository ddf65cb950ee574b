/** A local cloud already has this directory. */
export class AlreadyRunning extends Error {
  override readonly name = "AlreadyRunning";
  readonly directory: string;
  /** Of the process that has it, where that is known. */
  readonly pid: number | undefined;

  constructor(directory: string, pid: number | undefined) {
    super(
      `The local cloud of ${directory} already runs${pid === undefined ? "" : ` as process ${pid}`}. ` +
        "Nothing was started. Use that one, or stop it first.",
    );
    this.directory = directory;
    this.pid = pid;
  }
}

/** The port that a flag names is taken. */
export class PortTaken extends Error {
  override readonly name = "PortTaken";
  readonly flag: "--dns-port" | "--port";
  readonly host: string;
  readonly port: number;

  constructor(
    what: string,
    flag: PortTaken["flag"],
    { host, port }: { readonly host: string; readonly port: number },
    options?: ErrorOptions,
  ) {
    super(
      `${what} can't listen on ${host} port ${port}: another process has it. ` +
        `What was started is stopped again; tasks go on. Stop that process, or choose another port with ${flag}.`,
      options,
    );
    this.flag = flag;
    this.host = host;
    this.port = port;
  }
}

/** The file with listeners and request counts can't be taken as it is. It was not touched. */
export class ListenersFileUnusable extends Error {
  override readonly name = "ListenersFileUnusable";
  readonly file: string;

  constructor(file: string, problem: string, options?: ErrorOptions) {
    super(
      `The listeners in ${file} can't be used: ${problem}. The file was left as it is. ` +
        "Restore it from a backup, or move it away: the operator then sets the listeners up again.",
      options,
    );
    this.file = file;
  }
}
