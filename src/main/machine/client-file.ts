import type { Operator } from "../../app/operator.ts";
import { isRefusal } from "../../domain/refusal.ts";
import { readIfPresent, replaceFile } from "../../machine/durable-file.ts";
import type { Layout } from "./layout.ts";

/** How the CLI finds the operator of this machine: readable by its owner alone. */
export interface ClientFile {
  readonly api: string;
  readonly token: string;
  readonly app?: string;
}

/** Writes the client file, with the key that is in it already where that is still good. */
export async function writeClientFile(
  layout: Layout,
  operator: Operator,
  person: string,
  commandId: string,
  where: { readonly api: string; readonly app?: string },
): Promise<ClientFile> {
  const known = await readClientFile(layout);
  const good = known && (await operator.keys.authenticate(known.token));
  const token = good ? known.token : await issue(operator, person, commandId);
  const file: ClientFile = { ...where, token };
  await replaceFile(layout.client, `${JSON.stringify(file, null, 2)}\n`);
  return file;
}

export async function readClientFile(layout: Layout): Promise<ClientFile | undefined> {
  const text = await readIfPresent(layout.client);
  if (text === undefined) return undefined;
  try {
    return JSON.parse(text) as ClientFile;
  } catch {
    return undefined;
  }
}

async function issue(operator: Operator, person: string, id: string): Promise<string> {
  const issued = await operator.keys.issue(person, "admin", {
    id,
    actor: { name: person, via: "operator" },
    reason: "the key of this machine's command line",
  });
  if (isRefusal(issued)) throw new Error(issued.message);
  return issued.key;
}
