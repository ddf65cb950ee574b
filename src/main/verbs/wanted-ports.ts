import type { WantedPorts } from "../machine/settings.ts";

/** The ports that flags name; the others stay as they were. */
export function wantedPorts(flags: {
  readonly port?: number | undefined;
  readonly apiPort?: number | undefined;
  readonly dnsPort?: number | undefined;
}): WantedPorts {
  const { port, apiPort, dnsPort } = flags;
  return {
    ...(port === undefined ? {} : { port }),
    ...(apiPort === undefined ? {} : { apiPort }),
    ...(dnsPort === undefined ? {} : { dnsPort }),
  };
}
