import type { SideName } from "../../src/domain/configuration.ts";
import type { Side } from "../../src/ports/side-runtime.ts";

/** A side of processes, for adapters that only tell sides apart. */
export function side(environment: string, name: SideName): Side {
  const address = name === "blue" ? "127.0.1.1" : "127.0.1.2";
  return { environment, side: name, runsOn: { runtime: "process", address, port: 8080 } };
}
