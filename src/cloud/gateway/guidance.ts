import type { Failure } from "../balancer/proxy/failure.ts";
import { visitorHost } from "./dns-name.ts";

/** Codes of node:dns that say the server knows no address for the name; the others, that it said nothing. */
const NO_SUCH_NAME = new Set<unknown>(["ENODATA", "ENOTFOUND", "EREFUSED", "EBADNAME"]);

/** What a visitor is told when the lookup of `name` failed. `known` are the names that would do. */
export function lookupFailure(
  name: string,
  error: unknown,
  known: readonly string[],
  port: number,
): Failure {
  const code = error instanceof Error && "code" in error ? error.code : undefined;
  if (NO_SUCH_NAME.has(code)) {
    const reason = `the DNS server has no address for ${name} (${code}).`;
    return { code: "unknown_host", status: 404, reason: reason + listOf(known, port) };
  }
  const reason = `${name} could not be looked up: ${code ?? error}. Is the DNS server running?`;
  return { code: "dns_failed", status: 502, reason };
}

/** What a visitor is told who names no host to visit. */
export function noName(host: string | undefined, known: readonly string[], port: number): Failure {
  const reason = `${host ?? "a request without Host"} names nothing to visit.`;
  return { code: "no_name", status: 404, reason: reason + listOf(known, port) };
}

/** What a visitor is told whose name leads back to the gateway. */
export function loop(name: string, address: string, port: number): Failure {
  const reason = `the address of ${name} is ${address}:${port}, which is this gateway itself`;
  return { code: "loop", status: 502, reason };
}

function listOf(known: readonly string[], port: number): string {
  if (known.length === 0) return " The DNS server has no names yet.";
  const lines = [...known].sort().map((name) => `  http://${visitorHost(name)}:${port}  (${name})`);
  return ` These names have one:\n${lines.join("\n")}`;
}
