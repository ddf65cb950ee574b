import { replaceFile as replace } from "../../machine/durable-file.ts";

export { readIfPresent } from "../../machine/durable-file.ts";

/** `DIE_AT=3:before` ends the process, as by a power cut, before its third write; `3:after`, after. */
const [write, when] = (process.env.DIE_AT ?? "").split(":");
let writes = 0;

export async function replaceFile(path: string, content: string): Promise<void> {
  writes++;
  if (String(writes) === write && when === "before") return die();
  await replace(path, content);
  if (String(writes) === write) return die();
}

function die(): Promise<void> {
  process.kill(process.pid, "SIGKILL");
  return new Promise(() => undefined);
}
