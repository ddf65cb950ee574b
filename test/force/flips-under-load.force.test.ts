import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { EnvironmentView, FlipView } from "../../src/contract/api.ts";
import { app } from "../support/apps.ts";
import { keptAlive, requests, streams } from "../support/load/http-visits.ts";
import { Load, type Visit } from "../support/load/load.ts";
import { LOADED_SERVER } from "../support/load/loaded-app.ts";
import { Resolver } from "../support/load/resolver.ts";
import { conversations } from "../support/load/socket-visits.ts";
import { User } from "../support/machine.ts";

const FLIPS = Number(process.env.FLIPS ?? 30);
const TTL_MS = 1000;
/** Between the DNS server's answer and the moment from which the gateway counts its TTL. */
const ON_THE_WAY_MS = 250;
const KINDS = ["flip at once", "revert", "flip in steps"] as const;
const AT_ONCE = "approvals: { required: 0 }, drain: 1s, steps: [100]";
const IN_STEPS =
  "approvals: { required: 0 }, drain: 1s, steps: [{ weight: 50, bake: 1s }, { weight: 100, bake: 1s }]";

const HOST = "site.test";

describe(`${FLIPS} flips under constant load of four kinds`, () => {
  let user: User;
  const load = new Load();
  const agent = keptAlive(4);
  const flips: FlipView[] = [];
  const releases = new Map<string, string>();

  beforeAll(async () => {
    user = await User.withApp({
      ...app("1", { flip: AT_ONCE, tasks: 2 }),
      "server.js": LOADED_SERVER,
    });
    const { gateway, dns, environments } = await user.up();
    await released(user, "one");
    await user.write({ "version.js": 'export const version = "2";\n' });
    const { sides } = await released(user, "two");
    for (const [side, { release }] of Object.entries(sides)) releases.set(side, release?.id ?? "");

    load.add("connection per request", 3, 20, requests(gateway, HOST, false));
    load.add("kept-alive", 4, 10, requests(gateway, HOST, agent));
    load.add("WebSocket", 6, 100, conversations(gateway, HOST, [10, 40, 120]));
    load.add("stream", 6, 100, streams(gateway, HOST, [5, 20, 60]));
    const resolver = new Resolver(dns, HOST);
    const ports = new Map(
      Object.values(environments.production?.sides ?? {}).map((url) => [
        new URL(url).hostname,
        url,
      ]),
    );
    load.add("own resolver", 2, 20, async () => {
      const address = await resolver.address();
      return requests(ports.get(address) ?? `http://${address}`, HOST, false)();
    });
    for (let number = 0; number < FLIPS; number++) {
      const kind = KINDS[number % KINDS.length] ?? "revert";
      flips.push(await flip(user, kind));
    }
    await load.stop();
    agent.destroy();
  }, 900_000);
  afterAll(() => user.leave());

  it("each move all traffic to the other side, and are done when they say so", () => {
    expect(new Set(flips.map(({ id }) => id)).size).toBe(FLIPS);
    for (const [index, { to }] of flips.entries()) {
      if (index > 0) expect(to).toBe(flips[index - 1]?.from);
    }
  });

  it("fail no request and break no WebSocket and no stream, whichever side it began on", () => {
    expect(load.failures).toEqual([]);
  });

  it("leave no new visit of any kind on the old side once the TTL has run out", () => {
    const late = flips.flatMap((flip, index) => {
      const next = flips[index + 1];
      return load.visits.filter((visit) => isLate(visit, flip, next));
    });
    expect(late).toEqual([]);
  });

  it("let WebSockets and streams that were open go on where they began", () => {
    for (const kind of ["WebSocket", "stream"]) {
      const outlasting = flips.filter((flip) =>
        load.of(kind).some((visit) => outlasts(visit, flip)),
      );
      expect(outlasting.length, kind).toBeGreaterThan(FLIPS / 2);
    }
  });

  it("never let a side answer with another release than its own", () => {
    const seen = new Set(load.visits.map(({ side, release }) => `${side} ${release}`));
    expect([...seen].sort()).toEqual([...releases].map((pair) => pair.join(" ")).sort());
    for (const kind of new Set(load.visits.map((visit) => visit.kind))) {
      expect(new Set(load.of(kind).map(({ side }) => side)).size, kind).toBe(2);
    }
  });
});

function isLate({ kind, at, side }: Visit, flip: FlipView, next: FlipView | undefined): boolean {
  const slack = kind === "own resolver" ? 0 : ON_THE_WAY_MS;
  const end = next ? time(next, "decided") : Number.POSITIVE_INFINITY;
  return side === flip.from && at > time(flip, "in-sync") + TTL_MS + slack && at < end;
}

function outlasts({ at, ended, side }: Visit, flip: FlipView): boolean {
  const began = time(flip, "decided");
  return side === flip.from && at < began && ended > time(flip, "in-sync") + TTL_MS;
}

function time(flip: FlipView, phase: "decided" | "in-sync"): number {
  return Date.parse(flip.reached[phase] ?? "");
}

/** Releases what is in the folder; where no approval is needed, its run flips by itself. */
async function released(user: User, branch: string): Promise<EnvironmentView> {
  const { lastFlip } = await user.environment();
  await user.release(branch);
  return user.flipped(lastFlip?.id);
}

async function flip(user: User, kind: (typeof KINDS)[number]): Promise<FlipView> {
  if (kind !== "revert") await apply(user, kind === "flip in steps" ? IN_STEPS : AT_ONCE);
  const before = await user.environment();
  if (kind === "revert") await user.json("revert", "production");
  else await user.json("flip", "production", "--to", before.standby ?? "");
  const { lastFlip, live } = await user.flipped(before.lastFlip?.id);
  if (!lastFlip) throw new Error("no flip is on record");
  expect(live).toBe(before.standby);
  expect(lastFlip.steps).toHaveLength(kind === "flip in steps" ? 2 : 1);
  return lastFlip;
}

async function apply(user: User, policy: string): Promise<void> {
  const file = join(user.app, "verdigris.yaml");
  const text = readFileSync(file, "utf8").replace(/flip: \{.*\}\n/, `flip: { ${policy} }\n`);
  await user.write({ "verdigris.yaml": text });
  await user.json("apply", "--yes");
}
