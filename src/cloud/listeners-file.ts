import { z } from "zod";
import { readIfPresent, replaceFile } from "../machine/durable-file.ts";
import { ListenersFileUnusable } from "./cloud-errors.ts";
import type { ListenerSpec } from "./control/protocol.ts";

/** What is kept of a service's load balancer. */
export interface KeptListener {
  readonly service: string;
  readonly listener: ListenerSpec;
  /** Requests begun since the service was first listened for. */
  readonly requests: number;
}

const FORMAT = 1;

const LISTENERS_FILE = z.object({
  format: z.literal(FORMAT),
  services: z.array(
    z.object({
      service: z.string(),
      listener: z.object({ address: z.ipv4(), port: z.int().min(1).max(65_535) }),
      requests: z.int().min(0),
    }),
  ),
});

/**
 * What `saveListeners` kept in `file`; nothing when there is no such file.
 *
 * @throws ListenersFileUnusable
 */
export async function loadListeners(file: string): Promise<readonly KeptListener[]> {
  const text = await readIfPresent(file);
  if (text === undefined) return [];
  const read = LISTENERS_FILE.safeParse(json(file, text));
  if (read.success) return read.data.services;
  throw new ListenersFileUnusable(file, z.prettifyError(read.error), { cause: read.error });
}

/** Resolves when all is on disk. */
export function saveListeners(file: string, services: readonly KeptListener[]): Promise<void> {
  return replaceFile(file, `${JSON.stringify({ format: FORMAT, services }, undefined, 2)}\n`);
}

function json(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new ListenersFileUnusable(file, "it is not valid JSON", { cause });
  }
}
