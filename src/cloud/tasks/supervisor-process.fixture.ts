import { RecordingTargets } from "./observe.fixture.ts";
import { SERVICE } from "./record.fixture.ts";
import { startSupervisor } from "./supervisor.ts";

/**
 * A process with nothing but a supervisor: takes a directory and deployments as JSON, and asks for
 * each when the one before serves.
 */
const [directory = "", deployments = "[]"] = process.argv.slice(2);
const targets = new RecordingTargets();
const supervisor = await startSupervisor({
  directory,
  targetGroupOf: () => targets,
  limits: { healthEveryMs: 20 },
});
for (const spec of JSON.parse(deployments)) {
  await supervisor.deploy(SERVICE, spec);
  while (supervisor.status(SERVICE).serving?.deploymentId !== spec.id) {
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
