import { closeSync, fstatSync, openSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { knownLayout } from "./data-layout.ts";
import type { GlobalFlags } from "./global-flags.ts";
import { Problem } from "./problem.ts";
import type { Surroundings } from "./surroundings.ts";
import { upward } from "./upward.ts";

/** How to speak to the Verdigris of this machine; written by what starts it, readable by its user alone. */
export interface ClientFile {
  readonly api: string;
  readonly token: string;
  readonly app?: string;
}

/** Where a call is made from, and what its global flags say. */
export interface Place extends Pick<Surroundings, "env" | "cwd"> {
  readonly globals: GlobalFlags;
}

/**
 * The client file of the data directory that was named, or of the nearest `.verdigris` here or above.
 * Undefined when there is none; refuses one that others can read or that belongs to somebody else, and
 * a directory of a newer Verdigris.
 */
export function findClientFile(place: Place): (ClientFile & { readonly path: string }) | undefined {
  for (const path of clientFileCandidates(place)) {
    knownLayout(dirname(path));
    const file = readClientFile(path);
    if (file) return { ...file, path };
  }
  return undefined;
}

export function clientFileCandidates({ env, cwd, globals }: Place): readonly string[] {
  const named = globals.dataDir ?? env.VERDIGRIS_DATA_DIR;
  if (named) return [join(named, "client.json")];
  return upward(cwd).map((folder) => join(folder, ".verdigris", "client.json"));
}

function readClientFile(path: string): ClientFile | undefined {
  const text = readPrivately(path);
  if (text === undefined) return undefined;
  try {
    const { api, token, app } = JSON.parse(text) as Partial<ClientFile>;
    if (typeof api === "string" && typeof token === "string") {
      return { api, token, ...(typeof app === "string" ? { app } : {}) };
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new Problem(
    "failed",
    `${path} is not a client file. Nothing was sent. \`verdigris up\` writes it anew.`,
  );
}

/** Looks at the very file it reads, so that none can be put in its place in between. */
function readPrivately(path: string): string | undefined {
  let descriptor: number;
  try {
    descriptor = openSync(path, "r");
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === "ENOENT" || code === "ENOTDIR") return undefined;
    throw new Problem("failed", `${path} can't be read: ${message}. Nothing was sent.`);
  }
  try {
    const { uid, mode } = fstatSync(descriptor);
    const user = process.getuid?.();
    if (user !== undefined && uid !== user) {
      throw new Problem(
        "failed",
        `${path} belongs to another user (${uid}), who could send your commands elsewhere. Nothing was sent. Name your own with --data-dir, or run: sudo chown ${user} ${path}`,
      );
    }
    if (user !== undefined && (mode & 0o077) !== 0) {
      const octal = (mode & 0o777).toString(8);
      throw new Problem(
        "failed",
        `${path} holds a key and others can read it (mode ${octal}). Nothing was sent. Run: chmod 600 ${path}`,
      );
    }
    return readFileSync(descriptor, "utf8");
  } finally {
    closeSync(descriptor);
  }
}
