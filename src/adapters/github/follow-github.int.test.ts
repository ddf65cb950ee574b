import { expect, test } from "vitest";
import {
  approved,
  by,
  deployed,
  done,
  execute,
  memoryEngine,
  rainbow,
  started,
} from "../../../test/support/engine.ts";
import { followGitHub } from "./follow-github.ts";
import { fakeGitHub, TOKEN } from "./github.fixture.ts";

test("deployments on GitHub follow the operator's decisions, from a request to the flip", async () => {
  const github = await fakeGitHub();
  const repository = github.repository("acme/rainbow", ["a".repeat(40)]);
  const engine = memoryEngine();
  const configuration = { ...rainbow(), repository: `${github.host}/acme/rainbow` };
  const operator = await started(engine, configuration);
  const stopping = new AbortController();
  const { clock, random, log } = engine.host;
  const following = followGitHub({
    ...{ operator, clock, random, log, token: TOKEN, baseUrl: github.baseUrl },
    signal: stopping.signal,
  });
  const shown = () =>
    repository.deployments.map(({ environment, history }) => {
      const last = history.at(-1);
      return `${environment} ${last?.state} ${last?.environment_url}`;
    });
  try {
    await deployed(engine, operator, "a");
    await until(() => shown().join() === STANDBY);
    await approved(operator);
    await until(() => shown().at(-1) === "production queued https://rainbow.test");
    await done(execute(operator, { type: "flip", to: "blue", meta: by("ben") }));
    await engine.clock.advance(1_000);
    await until(() => shown().at(-1) === "production success https://rainbow.test");
    await until(() => shown()[0]?.startsWith("production/standby inactive") === true);
    expect(repository.deployments).toHaveLength(2);
    expect(engine.logged.join()).not.toContain(TOKEN);
  } finally {
    stopping.abort();
    await following;
    await operator.stop();
    await github.stop();
  }
});

test("an address over which the token would be seen is refused at once", async () => {
  const engine = memoryEngine();
  const operator = engine.operator();
  const { clock, random, log } = engine.host;
  const signal = AbortSignal.abort();
  const baseUrl = "http://github.example.com";
  await expect(
    followGitHub({ operator, clock, random, log, signal, token: TOKEN, baseUrl }),
  ).rejects.toThrow(RangeError);
});

const STANDBY = "production/standby success https://standby.rainbow.test";

async function until(holds: () => boolean): Promise<void> {
  const deadline = performance.now() + 20_000;
  while (!holds()) {
    if (performance.now() > deadline) throw new Error(`never: ${holds}`);
    await new Promise((resolve) => setImmediate(resolve));
  }
}
