import { type FileHandle, open } from "node:fs/promises";
import { orIfMissing } from "./or-if-missing.ts";

const BLOCK_BYTES = 64 * 1024;
/** However many lines are asked for, no more than this is read of one file. */
const MOST_BYTES = 1024 * 1024;
const LINE_END = 10;

/**
 * The last lines of a file, oldest first, without their line ends. Reads from the end, at most
 * 1 MiB; a file that isn't there has no lines.
 *
 * @param from bytes at the start that are not looked at; all of it when the file has become shorter
 */
export async function tailOf(file: string, lines: number, from = 0): Promise<readonly string[]> {
  const handle = await orIfMissing<FileHandle | undefined>(open(file, "r"), undefined);
  if (!handle || lines < 1) {
    await handle?.close();
    return [];
  }
  try {
    const { size } = await handle.stat();
    const start = from > size ? 0 : from;
    return linesOf(await lastBytes(handle, size, Math.max(start, size - MOST_BYTES), lines), lines);
  } finally {
    await handle.close();
  }
}

/** From `start`, or from a later place when enough lines follow it, to `size`. */
async function lastBytes(
  handle: FileHandle,
  size: number,
  start: number,
  lines: number,
): Promise<Buffer> {
  let read = Buffer.alloc(0);
  for (let at = size; at > start && lineEnds(read) <= lines; ) {
    const length = Math.min(BLOCK_BYTES, at - start);
    const block = Buffer.alloc(length);
    const { bytesRead } = await handle.read(block, 0, length, at - length);
    if (bytesRead < length) return read;
    read = Buffer.concat([block, read]);
    at -= length;
  }
  return read;
}

function linesOf(bytes: Buffer, lines: number): readonly string[] {
  const all = bytes.toString("utf8").split("\n");
  if (all.at(-1) === "") all.pop();
  return all.slice(-lines);
}

function lineEnds(bytes: Buffer): number {
  let count = 0;
  for (const byte of bytes) if (byte === LINE_END) count++;
  return count;
}
