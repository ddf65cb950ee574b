import { findClientFile, type Place } from "./client-file.ts";
import { Problem } from "./problem.ts";

/** Where the operator is and who asks. */
export interface Server {
  /** Without a final slash. */
  readonly url: string;
  readonly key?: string;
  /** The app that the client file names. */
  readonly app?: string;
  /** Where this was read, in words. */
  readonly from: string;
}

/** `--server`, else VERDIGRIS_SERVER, else the client file; the key of the environment goes first. */
export function findServer(place: Place): Server {
  const { globals, env } = place;
  const key = env.VERDIGRIS_API_KEY;
  const named = globals.server ?? env.VERDIGRIS_SERVER;
  if (named) {
    const from = globals.server ? "--server" : "VERDIGRIS_SERVER";
    return { url: serverUrl(named, from), from, ...(key ? { key } : {}) };
  }
  const file = findClientFile(place);
  if (!file) throw nowhere(place);
  return {
    url: serverUrl(file.api, file.path),
    key: key || file.token,
    from: file.path,
    ...(file.app === undefined ? {} : { app: file.app }),
  };
}

function serverUrl(written: string, from: string): string {
  const wanted = "write for example https://verdigris.example.com";
  if (!URL.canParse(written) || !/^https?:$/.test(new URL(written).protocol)) {
    throw new Problem(
      "usage",
      `${from}: "${written}" is not the address of an operator; ${wanted}`,
    );
  }
  const url = new URL(written);
  if (url.username || url.password) {
    throw new Problem(
      "usage",
      `${from}: an address holds no key, which others could read; put it in VERDIGRIS_API_KEY`,
    );
  }
  return `${url.origin}${url.pathname.replace(/\/+$/, "")}`;
}

function nowhere({ globals, env }: Place): Problem {
  const named = globals.dataDir ?? env.VERDIGRIS_DATA_DIR;
  return new Problem(
    "failed",
    `No Verdigris is known ${named ? `in ${named}` : "here"}. \`verdigris up\` starts one for your app, \`verdigris demo\` one to try; a remote one is named by --server or VERDIGRIS_SERVER.`,
  );
}
