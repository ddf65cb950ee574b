import { writeSync } from "node:fs";
import { SqliteEventStore } from "./sqlite-event-store.ts";

/**
 * The program of a test's child process: appends to one log of the file until it is at `last`, and
 * prints each revision of its own, on a line, once the append is acknowledged.
 * Arguments: file, the log's name, a name for the writer, last revision.
 */
const [path = "", stream = "", writer = "", last = "0"] = process.argv.slice(2);
const store = await SqliteEventStore.open(path);
const written = await store.read(stream, 0);

for (let revision = written.length + 1; revision <= Number(last); revision++) {
  const id = `${writer}-${revision}`;
  const { kind } = await store.append({
    stream,
    revision,
    id,
    at: Date.now(),
    command: { id, type: "note", fingerprint: "{}", actor: { name: writer, via: "cli" } },
    events: [{ type: "Noted" }],
  });
  if (kind === "appended") writeSync(1, `${revision}\n`);
}
