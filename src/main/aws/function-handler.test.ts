import type { LambdaContext } from "hono/aws-lambda";
import { expect, it } from "vitest";
import { DeadlineOver } from "../../machine/deadline.ts";
import { functionHandler } from "./function-handler.ts";
import type { OpenedAws } from "./open-aws.ts";

/** A function with so much time left, whose operator finds nothing to do. */
function functionWith(
  remainingMs: number,
  showOnGitHub: (signal: AbortSignal) => Promise<void>,
  pass = async () => undefined,
) {
  const clock = { elapsed: () => 0 };
  const aws = { operator: { pass }, host: { clock } } as unknown as OpenedAws;
  const handle = functionHandler(aws, { version: "0", allowedHosts: [], showOnGitHub });
  const context = { getRemainingTimeInMillis: () => remainingMs } as LambdaContext;
  return () => handle({ verdigris: "drive" }, context);
}

it("a drive shows on GitHub what came of it", async () => {
  const done: string[] = [];
  const drive = functionWith(
    60_000,
    async () => void done.push("shown"),
    async () => void done.push("driven"),
  );
  await drive();
  expect(done).toEqual(["driven", "shown"]);
});

it("what is shown on GitHub is cut off before the function is", async () => {
  let reason: unknown;
  const drive = functionWith(
    2_050,
    (signal) =>
      new Promise((resolve) =>
        signal.addEventListener("abort", () => {
          reason = signal.reason;
          resolve();
        }),
      ),
  );
  await drive();
  expect(reason).toEqual(new DeadlineOver(50));
});
