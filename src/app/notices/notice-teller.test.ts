import { afterEach, beforeEach, expect, it } from "vitest";
import type { Engine } from "../../../test/support/engine.ts";
import { deployed, memoryEngine, rainbow, started } from "../../../test/support/engine.ts";
import { MemoryNotifier } from "../../adapters/memory/memory-notifier.ts";
import type { RunningOperator } from "../create-operator.ts";
import { NoticeTeller } from "./notice-teller.ts";

let engine: Engine;
let operator: RunningOperator;
let notifier: MemoryNotifier;
let told: string[];
let teller: NoticeTeller;
const { signal } = new AbortController();

beforeEach(async () => {
  engine = memoryEngine();
  operator = await started(engine, { ...rainbow(), repository: "github.com/acme/rainbow" });
  notifier = new MemoryNotifier();
  told = [];
  const tell = notifier.tell.bind(notifier);
  notifier.tell = async (notice) => {
    told.push(`${notice.place} ${notice.commit.slice(0, 7)} ${notice.state}`);
    await tell(notice);
  };
  teller = new NoticeTeller({ operator, log: engine.host.log });
});

afterEach(() => operator.stop());

it("tells how all stand, and the next time only what has changed", async () => {
  await deployed(engine, operator, "a");
  await teller.tellAll(notifier, signal);
  await teller.tellAll(notifier, signal);
  expect(told).toEqual(["production/standby aaaaaaa succeeded"]);
  await deployed(engine, operator, "b");
  await teller.tellAll(notifier, signal);
  expect(told.slice(1)).toContain("production/standby bbbbbbb succeeded");
});

it("tells the next time what failed, and says that in the log", async () => {
  await deployed(engine, operator, "a");
  const tell = notifier.tell;
  notifier.tell = () => Promise.reject(new Error("connection refused"));
  await teller.tellAll(notifier, signal);
  expect(engine.logged.at(-1)).toMatch(
    /^warn how rainbow\/production stands could not be told yet/,
  );
  notifier.tell = tell;
  await teller.tellAll(notifier, signal);
  expect(told).toEqual(["production/standby aaaaaaa succeeded"]);
});

it("begins nothing more once the signal has aborted", async () => {
  await deployed(engine, operator, "a");
  await teller.tellAll(notifier, AbortSignal.abort());
  expect(told).toEqual([]);
});
