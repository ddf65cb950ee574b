import type { Failure } from "./failure.ts";
import { fail } from "./failure.ts";

/**
 * Whether a browser says that a page of another origin sends this change. A page can't read the
 * answer, since no answer allows it (CORS), nor send a key that it doesn't have; this keeps it
 * from sending at all. Other programs send neither header. The order is that of Go's
 * `net/http.CrossOriginProtection`: what the browser knows first, the origin's name where an
 * older browser doesn't tell.
 */
export function isCrossSiteChange(
  method: string,
  headers: Headers,
  trustedHosts: readonly string[],
): boolean {
  if (method === "GET" || method === "HEAD") return false;
  const origin = headers.get("origin");
  if (origin !== null && isTrusted(origin, trustedHosts)) return false;
  const site = headers.get("sec-fetch-site");
  if (site !== null) return site !== "same-origin" && site !== "none";
  return origin !== null && !isHost(origin, headers.get("host"));
}

export function crossSite(origin: string | null): Failure {
  return fail(
    "forbidden",
    `A page of ${origin ?? "another site"} may not change anything here. Nothing was changed. Use the command line, or a page of this server.`,
  );
}

/** Names that were configured, which a proxy may have replaced in the Host header; on any port. */
function isTrusted(origin: string, trustedHosts: readonly string[]): boolean {
  return URL.canParse(origin) && trustedHosts.includes(new URL(origin).hostname.toLowerCase());
}

/** Name and port alike: an app under test is on another port of the same machine. */
function isHost(origin: string, host: string | null): boolean {
  return URL.canParse(origin) && new URL(origin).host === host?.toLowerCase();
}
