import type { CommitInfo } from "../../../ports/repository.ts";

/**
 * Reads a commit as git stores it: header lines, an empty line, the message. A line that begins
 * with a space continues the header before it, as signatures do (gitformat-signature(5)).
 */
export function parseCommit(sha: string, content: Buffer): CommitInfo {
  const encoding = /^encoding (\S+)$/m.exec(headerOf(content.toString("latin1")))?.[1];
  const text = decode(content, encoding ?? "utf-8");
  const header = headerOf(text);
  const message = text.slice(header.length).trimStart();
  const author = /^author (.*?) ?<([^<>]*)>/m.exec(header);
  return {
    sha,
    author: { name: author?.[1] ?? "", email: author?.[2] ?? "" },
    subject: message.split("\n", 1)[0] ?? "",
    parents: [...header.matchAll(/^parent ([0-9a-f]{40})$/gm)].flatMap(
      ([, parent]) => parent ?? [],
    ),
  };
}

function headerOf(text: string): string {
  const end = text.indexOf("\n\n");
  return end === -1 ? text : text.slice(0, end);
}

/** An encoding that nobody knows any more must not make a commit unreadable. */
function decode(content: Buffer, encoding: string): string {
  try {
    return new TextDecoder(encoding).decode(content);
  } catch {
    return content.toString("latin1");
  }
}
