import { type FileHandle, open } from "node:fs/promises";

/** Where a line begins. */
export interface Position {
  /** Counted from 0. */
  readonly line: number;
  /** In bytes. */
  readonly offset: number;
}

export interface LinesRead {
  readonly lines: readonly string[];
  /** Behind the last line that was read or skipped. */
  readonly end: Position;
}

const chunkBytes = 65_536;
const lineEnd = 0x0a;

/**
 * Reads whole lines, a chunk at a time, and no more of the file than it takes. A last line without
 * its end is still being written and is left for later.
 */
export async function readLines(
  path: string,
  start: Position,
  fromLine: number,
  limit: number,
): Promise<LinesRead> {
  const file = await openIfPresent(path);
  if (file === undefined) return { lines: [], end: { line: 0, offset: 0 } };
  const lines: string[] = [];
  let { line, offset } = start;
  try {
    let pending: Buffer[] = [];
    for await (const chunk of chunksFrom(file, offset)) {
      let from = 0;
      for (let to = chunk.indexOf(lineEnd); to !== -1; to = chunk.indexOf(lineEnd, from)) {
        if (lines.length >= limit) return { lines, end: { line, offset } };
        const bytes = [...pending, chunk.subarray(from, to)];
        if (line >= fromLine) lines.push(Buffer.concat(bytes).toString("utf8"));
        offset += bytes.reduce((sum, part) => sum + part.length, 1);
        line += 1;
        pending = [];
        from = to + 1;
      }
      pending.push(chunk.subarray(from));
    }
    return { lines, end: { line, offset } };
  } finally {
    await file.close();
  }
}

async function* chunksFrom(file: FileHandle, offset: number): AsyncGenerator<Buffer> {
  for (let position = offset; ; ) {
    const { bytesRead, buffer } = await file.read(
      Buffer.allocUnsafe(chunkBytes),
      0,
      chunkBytes,
      position,
    );
    if (bytesRead === 0) return;
    yield buffer.subarray(0, bytesRead);
    position += bytesRead;
  }
}

async function openIfPresent(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, "r");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return undefined;
    throw error;
  }
}
