import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, it } from "vitest";
import { type Layout, layoutOf } from "./layout.ts";
import { MachineSettings } from "./settings.ts";

const ANY = { port: 0, apiPort: 0, dnsPort: 0 };
const RUNNING = { port: 18_080, dnsPort: 15_354 };

let directory: string;
let layout: Layout;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "verdigris-settings-"));
  layout = layoutOf(directory);
});
afterEach(() => rm(directory, { recursive: true }));

it("any port is the one of an earlier start", async () => {
  const first = await MachineSettings.open(layout, ANY);
  await first.save();
  expect((await MachineSettings.open(layout, ANY, RUNNING)).ports).toMatchObject(first.ports);
});

it("any port is the local cloud's, when the start that chose it died before it was saved", async () => {
  expect((await MachineSettings.open(layout, ANY, RUNNING)).ports).toMatchObject(RUNNING);
  expect((await MachineSettings.open(layout, {}, RUNNING)).ports).toMatchObject(RUNNING);
});

it("a port that is asked for is taken, whatever runs", async () => {
  const { ports } = await MachineSettings.open(layout, { ...ANY, port: 18_081 }, RUNNING);
  expect(ports).toMatchObject({ port: 18_081, dnsPort: RUNNING.dnsPort });
});
