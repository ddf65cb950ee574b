import { sideRuntimeContract } from "../../ports/side-runtime.contract.ts";
import type { SideRef } from "../../ports/side-runtime.ts";
import { MemorySideRuntime } from "./memory-side-runtime.ts";

const environment = "rainbow/production";
const blue: SideRef = { environment, side: "blue" };
const green: SideRef = { environment, side: "green" };

sideRuntimeContract("MemorySideRuntime", async () => {
  const runtime = new MemorySideRuntime();
  return {
    runtime,
    blue,
    green,
    listener: ({ side }) => ({
      runtime: "process",
      address: side === "blue" ? "127.0.1.1" : "127.0.1.2",
      port: 8080,
    }),
    deployment(id, revision, fate = "healthy") {
      const digest = `sha256:${id}`;
      if (fate === "starting") runtime.starting.add(digest);
      if (fate === "failing") runtime.failing.set(digest, "exited with code 3");
      return {
        id,
        revision,
        releaseId: `release-of-${id}`,
        artifact: { digest, location: "/srv/app" },
        process: {
          start: "npm start",
          healthPath: "/health",
          tasks: 1,
          environment: {},
          graceSeconds: 5,
        },
        healthTimeoutSeconds: 10,
      };
    },
    close: async () => undefined,
  };
});
