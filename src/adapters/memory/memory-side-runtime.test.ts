import { side } from "../../../test/support/sides.ts";
import { sideRuntimeContract } from "../../ports/side-runtime.contract.ts";
import { MemorySideRuntime } from "./memory-side-runtime.ts";

sideRuntimeContract("MemorySideRuntime", async () => {
  const runtime = new MemorySideRuntime();
  return {
    runtime,
    blue: side("rainbow/production", "blue"),
    green: side("rainbow/production", "green"),
    unknown: side("rainbow/other", "main"),
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
