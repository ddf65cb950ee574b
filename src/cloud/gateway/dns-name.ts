import { isIP } from "node:net";

const LOCALHOST = ".localhost";

/** The zone whose names `*.localhost` stands for unless the name says another. */
const DEMO_SUFFIX = ".test";

/**
 * The DNS name that a visitor of `host`, the value of a Host field, means; undefined when it names this
 * machine itself: an IP address or plain `localhost`.
 *
 * Browsers send every name below `localhost` to this machine (RFC 6761, 6.3), so `rainbow.localhost`
 * stands for `rainbow.test`, and `rainbow.example.com.localhost` for `rainbow.example.com` where
 * `isKnownName` says that a zone has it. Any other name is taken as it is.
 */
export function dnsNameFor(
  host: string,
  isKnownName: (name: string) => boolean,
): string | undefined {
  const name = withoutPort(host).toLowerCase().replace(/\.$/, "");
  if (name === "" || name === "localhost" || isIP(name) !== 0) return undefined;
  if (!name.endsWith(LOCALHOST)) return name;
  const below = name.slice(0, -LOCALHOST.length);
  return isKnownName(below) ? below : below + DEMO_SUFFIX;
}

/** A host that `dnsNameFor` maps to `name`, and that browsers open on this machine without set-up. */
export function visitorHost(name: string): string {
  return name.endsWith(DEMO_SUFFIX)
    ? name.slice(0, -DEMO_SUFFIX.length) + LOCALHOST
    : name + LOCALHOST;
}

function withoutPort(host: string): string {
  const bracketed = /^\[([^\]]*)\]/.exec(host);
  return bracketed?.[1] ?? host.replace(/:\d*$/, "");
}
