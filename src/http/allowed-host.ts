/**
 * Whether the `Host` header names this server. A page of a stranger can have its own name resolve
 * to a loopback address (DNS rebinding) and would then be of one origin with the API; the header
 * still holds the stranger's name.
 */
export function isAllowedHost(header: string | undefined, allowed: readonly string[]): boolean {
  const host = /^(\[[0-9a-f:.]+\]|[^:]+)(?::\d+)?$/i.exec(header ?? "")?.[1];
  if (host === undefined) return false;
  const name = host.toLowerCase().replace(/^\[|\]$|\.$/g, "");
  return name === "localhost" || isLoopback(name) || allowed.includes(name);
}

/** All of 127.0.0.0/8 and ::1 (RFC 6890, tables 5 and 17). */
function isLoopback(name: string): boolean {
  return name === "::1" || /^127(?:\.\d{1,3}){3}$/.test(name);
}
