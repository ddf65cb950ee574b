import type { IncomingMessage } from "node:http";
import { ControlFault } from "./control-fault.ts";

const MOST_OCTETS = 1024 * 1024;

/** The request's JSON body. Throws a ControlFault; a body that is too long is read and dropped. */
export async function readBody(request: IncomingMessage): Promise<unknown> {
  const chunks: Buffer[] = [];
  let octets = 0;
  for await (const chunk of request) {
    octets += chunk.length;
    if (octets <= MOST_OCTETS) chunks.push(chunk);
  }
  if (octets > MOST_OCTETS) {
    throw new ControlFault(
      "bad_request",
      `The body has ${octets} octets; ${MOST_OCTETS} is the most. Nothing was changed.`,
    );
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8"));
  } catch (cause) {
    throw new ControlFault("bad_request", "The body is not JSON. Nothing was changed.", { cause });
  }
}
