import { sideRuntimeContract } from "../../../ports/side-runtime.contract.ts";
import { EXITS } from "./ecs.fixture.ts";
import { digestFor, ecsDeployment, openEcs } from "./sides.fixture.ts";

for (const rollback of [true, false]) {
  const name = `EcsSideRuntime ${rollback ? "with" : "without"} rollback`;
  sideRuntimeContract(name, async () => {
    const opened = openEcs({ breaker: { enable: true, rollback } });
    opened.logLines.push(
      { timestamp: 1, message: "listening\n" },
      { timestamp: 2, message: "GET /" },
    );
    return {
      ...opened,
      deployment(id, revision, fate = "healthy") {
        const fates = { healthy: "healthy", starting: "starting", failing: EXITS } as const;
        opened.ecs.fates.set(digestFor(id), fates[fate]);
        return ecsDeployment(id, revision);
      },
      close: async () => undefined,
    };
  });
}
