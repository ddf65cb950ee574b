import { createHash, randomUUID } from "node:crypto";
import { copyFile, open, readdir, readlink, realpath, rename, rm } from "node:fs/promises";
import { dirname, isAbsolute, join, relative, resolve, sep } from "node:path";

type Entry =
  | readonly [kind: "folder", path: string]
  | readonly [kind: "file", path: string, mode: number, sha256: string]
  | readonly [kind: "link", path: string, target: string];

const filesAtOnce = 16;

/**
 * Makes a folder fit to be kept and returns its digest: `.git` is removed, a file that shares its
 * content with another (a hard link) gets content of its own, and all is synced to disk. The
 * digest is SHA-256 over a line for each entry, in the order of their paths: folders, files with
 * permission bits and content, symbolic links with their target.
 *
 * @param root A real path.
 * @throws Error for a link that leaves the folder, and for what is no file, folder or link.
 */
export async function sealTree(root: string): Promise<string> {
  const { folders, files, links } = await survey(root);
  const entries: Entry[] = folders.map((path) => ["folder", path]);
  for (const path of links) entries.push(["link", path, await checkedTarget(root, path)]);
  await forEach(files, async (path) => {
    entries.push(["file", path, ...(await sealFile(join(root, path)))]);
  });
  await forEach(["", ...folders], (path) => syncFolder(join(root, path)));
  entries.sort(([, a], [, b]) => (a < b ? -1 : 1));
  const hash = createHash("sha256");
  for (const entry of entries) hash.update(`${JSON.stringify(entry)}\n`);
  return `sha256:${hash.digest("hex")}`;
}

/** Paths relative to the root. */
async function survey(root: string) {
  const [folders, files, links]: [string[], string[], string[]] = [[], [], []];
  for (const waiting = [""]; waiting.length > 0; ) {
    const folder = waiting.pop() ?? "";
    for (const entry of await readdir(join(root, folder), { withFileTypes: true })) {
      const path = join(folder, entry.name);
      if (entry.name === ".git") {
        await rm(join(root, path), { recursive: true, force: true });
      } else if (entry.isDirectory()) {
        folders.push(path);
        waiting.push(path);
      } else if (entry.isFile()) {
        files.push(path);
      } else if (entry.isSymbolicLink()) {
        links.push(path);
      } else {
        throw new Error(`${path} is neither a file, a folder nor a symbolic link`);
      }
    }
  }
  return { folders, files, links };
}

/** Both what the target says and where it leads count: a path through other links can differ. */
async function checkedTarget(root: string, path: string): Promise<string> {
  const target = await readlink(join(root, path));
  const said = resolve(root, dirname(path), target);
  const real = await realpath(join(root, path)).catch(() => said);
  if (isAbsolute(target) || !isInside(root, said) || !isInside(root, real)) {
    throw new Error(`the symbolic link ${path} leads out of the artifact, to ${target}`);
  }
  return target;
}

export function isInside(root: string, path: string): boolean {
  const way = relative(root, path);
  return way !== ".." && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

async function sealFile(path: string): Promise<[mode: number, sha256: string]> {
  const file = await open(path, "r");
  try {
    const { mode, nlink } = await file.stat();
    if (nlink > 1) {
      const own = `${path}.${randomUUID()}`;
      await copyFile(path, own);
      await rename(own, path);
      return await sealFile(path);
    }
    const hash = createHash("sha256");
    const buffer = Buffer.allocUnsafe(65_536);
    for (;;) {
      const { bytesRead } = await file.read(buffer, 0, buffer.length, null);
      if (bytesRead === 0) break;
      hash.update(buffer.subarray(0, bytesRead));
    }
    await file.datasync();
    return [mode & 0o777, hash.digest("hex")];
  } finally {
    await file.close();
  }
}

/** Makes the names in the folder survive a power cut (fsync(2)). */
export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function forEach(items: readonly string[], work: (item: string) => Promise<void>) {
  const queue = items.values();
  const workers = Array.from({ length: filesAtOnce }, async () => {
    for (const item of queue) await work(item);
  });
  await Promise.all(workers);
}
