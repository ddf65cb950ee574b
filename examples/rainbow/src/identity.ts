import { hostname } from "node:os";
import { version } from "./version.js";

/** Who answers: what the page shows and `/api/info` returns. */
export interface Identity {
  readonly version: string;
  /** `blue`, `green`, `main`, or `local` where no side is named. */
  readonly side: string;
  readonly environment: string;
  readonly release: string;
  readonly host: string;
  readonly pid: number;
  readonly uptimeSeconds: number;
}

/** `env` as the tasks of Verdigris have it: VERDIGRIS_SIDE, VERDIGRIS_ENVIRONMENT, VERDIGRIS_RELEASE. */
export function identify(env: Readonly<Record<string, string | undefined>>): Identity {
  return {
    version,
    side: env.VERDIGRIS_SIDE || "local",
    environment: env.VERDIGRIS_ENVIRONMENT || "none",
    release: env.VERDIGRIS_RELEASE || "none",
    host: hostname(),
    pid: process.pid,
    uptimeSeconds: Math.floor(process.uptime()),
  };
}
