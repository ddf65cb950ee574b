import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { by, release } from "../../test/support/engine.ts";
import { keyOf, type Served, served } from "../http/served.fixture.ts";
import { verdigris } from "./invocation.fixture.ts";
import { EXIT } from "./problem.ts";
import type { Clock } from "./surroundings.ts";

let api: Served;

beforeEach(async () => {
  api = await served();
  const { artifact, author, commit, subject } = release("a");
  const app = "rainbow";
  await api.operator.releases.register({ app, artifact, author, commit, subject }, by("ci"));
});

afterEach(() => api.stop());

/** Each step as a person types it, against the API as it is served, in a world in memory. */
describe("the command line and the API", () => {
  test("take a release to the internet and back", async () => {
    expect(await call("releases")).toMatchObject({ code: EXIT.done });
    expect(await call("deploy --release aaaaaaa --wait")).toMatchObject({
      code: EXIT.done,
      stdout: expect.stringContaining("succeeded"),
    });
    expect(await call("logs production blue")).toMatchObject({
      code: EXIT.done,
      stdout: "== blue (standby)\nserving aaaaaaa\n\n",
    });
    expect(await call("logs production main")).toMatchObject({
      code: EXIT.refused,
      stderr: expect.stringContaining("rainbow/production has no side main"),
    });
    expect(await call("plan")).toMatchObject({
      code: EXIT.refused,
      stderr: expect.stringContaining("refused (approval_required)"),
    });
    const asked = await call("request-flip --release aaaaaaa --json");
    const { id } = asked.documents()[0] as { readonly id: string };
    expect(await call("status")).toMatchObject({
      stdout: expect.stringContaining(`\`verdigris approve ${id}\` approves`),
    });
    expect(await call(`approve ${id}`)).toMatchObject({ code: EXIT.done });
    expect(await call("flip --dry-run")).toMatchObject({
      code: EXIT.done,
      stdout: expect.stringMatching(/- +record .*\n.*\+ +record /s),
    });
    expect(await call("flip --wait quiet --reason sale")).toMatchObject({
      code: EXIT.done,
      stdout: expect.stringMatching(/submitted after .*in-sync after .*caches-expired after /s),
    });
    expect(await call("history --limit 50")).toMatchObject({
      stdout: expect.stringMatching(/the admin {2}cli 127\.0\.0\.1 {2}flip: FlipStarted.*"sale"/),
    });
    expect(await call("drift")).toMatchObject({ code: EXIT.done });
  });

  test("freeze, refuse and thaw", async () => {
    await call("freeze --reason holidays");
    expect(await call("deploy --release aaaaaaa")).toMatchObject({
      code: EXIT.refused,
      stderr: expect.stringContaining("refused (frozen)"),
    });
    expect(await call("unfreeze")).toMatchObject({ code: EXIT.done });
    expect(await call("resume")).toMatchObject({ code: EXIT.refused });
    expect(await call("abort")).toMatchObject({ code: EXIT.refused });
    expect(await call("revert")).toMatchObject({ code: EXIT.refused });
    expect(await call("reject production-999")).toMatchObject({ code: EXIT.refused });
    expect(await call("flip --to blue --expect-revision 1")).toMatchObject({ code: EXIT.refused });
  });

  test("speak of runs, keys and branches", async () => {
    expect(await call("runs")).toMatchObject({ code: EXIT.done });
    expect(await call("runs 99")).toMatchObject({ code: EXIT.refused });
    expect(await call("logs 99 build")).toMatchObject({ code: EXIT.refused });
    expect(await call("merge topic")).toMatchObject({ code: EXIT.refused });
    expect(await call("token create --name ana --role viewer")).toMatchObject({ code: EXIT.done });
    expect(await call("token revoke nothing")).toMatchObject({ code: EXIT.refused });
  });
});

function call(line: string) {
  const { clock: world } = api.engine;
  const clock: Clock = {
    now: () => world.now(),
    elapsed: () => world.elapsed(),
    sleep: (ms) => world.advance(ms),
  };
  return verdigris(line, {
    clock,
    env: { VERDIGRIS_SERVER: api.url, VERDIGRIS_API_KEY: keyOf("admin") },
  });
}
