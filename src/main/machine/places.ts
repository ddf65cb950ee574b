import type { Host } from "../../app/host.ts";
import type { Places } from "../../contract/configuration/resolve.ts";
import type { MachineSettings } from "./settings.ts";

/** Sides of this machine: each has a loopback address of its own, the same at every start. */
export function machinePlaces(
  settings: MachineSettings,
  log: Host["log"],
): (app: string) => Places {
  const keepAddresses = () => {
    if (!settings.unsaved) return;
    settings.save().catch((error: unknown) => log("error", "addresses were not saved", { error }));
  };
  return (app) => ({
    runtime: "process",
    find(environment, side, written) {
      const listener = settings.listener(app, environment, side);
      keepAddresses();
      const own: Partial<typeof listener> = written.runtime === "process" ? written : {};
      return {
        runtime: "process",
        address: own.address ?? listener.address,
        port: own.port ?? listener.port,
      };
    },
  });
}
