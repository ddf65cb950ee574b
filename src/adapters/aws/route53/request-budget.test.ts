import { describe, expect, it } from "vitest";
import { ManualClock } from "../../memory/manual-clock.ts";
import { type BudgetOptions, NotSent, type Priority, RequestBudget } from "./request-budget.ts";

class Throttled extends Error {}

const isThrottled = (error: unknown) => error instanceof Throttled;

/** Requests that answer at once, and on record when each went out. */
function budgeted(options: Omit<BudgetOptions, "clock"> = {}) {
  const clock = new ManualClock(0);
  const budget = new RequestBudget({ clock, ...options });
  const sent: { readonly what: string; readonly at: number }[] = [];
  const turnedAway: string[] = [];
  let failure: (() => Error) | undefined;
  const spend = (priority: Priority, what: string = priority) =>
    budget
      .spend(
        priority,
        async () => {
          sent.push({ what, at: clock.elapsed() });
          if (failure) throw failure();
        },
        isThrottled,
      )
      .catch((error: unknown) => {
        if (!(error instanceof NotSent)) return;
        turnedAway.push(`${what} at ${clock.elapsed()}: ${error.message}`);
      });
  const many = (count: number, priority: Priority, what?: string) => {
    for (let n = 0; n < count; n++) void spend(priority, what);
  };
  return {
    clock,
    sent,
    turnedAway,
    spend,
    many,
    fail: (error: (() => Error) | undefined) => {
      failure = error;
    },
    /** How many went out from one moment up to another. */
    between: (from: number, to: number) => sent.filter(({ at }) => at >= from && at < to).length,
  };
}

/** The most that went out within any second. */
function mostInASecond(sent: readonly { readonly at: number }[]): number {
  return Math.max(
    ...sent.map(({ at }) => sent.filter((other) => other.at >= at && other.at < at + 1_000).length),
  );
}

describe("the budget", () => {
  it("lets five requests go at once and never more within a second", async () => {
    const { clock, sent, many } = budgeted();
    many(5, "look");
    await clock.advance(0);
    expect(sent).toHaveLength(5);
    many(3, "poll");
    await clock.advance(700);
    many(20, "look");
    await clock.advance(10_000);
    expect(sent).toHaveLength(28);
    expect(mostInASecond(sent)).toBe(5);
    expect(sent.at(-1)?.at).toBe(5_000);
  });

  it("serves reverts, then changes, then looks, then polls, each in the order they came", async () => {
    const { clock, sent, many, spend } = budgeted();
    many(5, "poll");
    await clock.advance(0);
    for (const priority of ["poll", "look", "change", "revert"] as const) {
      void spend(priority, `${priority} 1`);
      void spend(priority, `${priority} 2`);
    }
    await clock.advance(5_000);
    expect(sent.slice(5).map(({ what }) => what)).toEqual([
      "revert 1",
      "revert 2",
      "change 1",
      "change 2",
      "look 1",
      "look 2",
      "poll 1",
      "poll 2",
    ]);
  });

  it("lets a revert that comes late go before all that wait", async () => {
    const { clock, sent, many, spend } = budgeted();
    many(50, "poll");
    await clock.advance(1_500);
    void spend("revert");
    await clock.advance(500);
    expect(sent[10]).toEqual({ what: "revert", at: 2_000 });
  });

  it("turns away what comes when too many wait, the least urgent first", async () => {
    const { clock, sent, turnedAway, many, spend } = budgeted({ maxWaiting: 3 });
    many(5, "look");
    await clock.advance(0);
    for (const what of ["poll 1", "poll 2", "poll 3", "poll 4"]) void spend("poll", what);
    void spend("change");
    await clock.advance(0);
    const why = "3 requests wait for their turn already";
    expect(turnedAway).toEqual([`poll 4 at 0: ${why}`, `poll 3 at 0: ${why}`]);
    await clock.advance(2_000);
    expect(sent.slice(5).map(({ what }) => what)).toEqual(["change", "poll 1", "poll 2"]);
  });

  it("turns away what waited too long, when its time is over", async () => {
    const { clock, sent, turnedAway, many, spend } = budgeted({ deadlineMs: 1_500 });
    many(12, "change");
    await clock.advance(100);
    void spend("poll");
    await clock.advance(10_000);
    expect(sent).toHaveLength(10);
    expect(turnedAway).toEqual([
      "change at 1500: it waited 1.5 s for its turn",
      "change at 1500: it waited 1.5 s for its turn",
      "poll at 1600: it waited 1.5 s for its turn",
    ]);
  });

  it("passes on the request's own errors", async () => {
    const budget = new RequestBudget({ clock: new ManualClock(0) });
    const request = () => Promise.reject(new Error("no route"));
    await expect(budget.spend("look", request, isThrottled)).rejects.toThrow("no route");
  });
});

describe("a request that was throttled", () => {
  it("halves the rate for ten seconds", async () => {
    const { clock, many, fail, between } = budgeted();
    fail(() => new Throttled());
    many(1, "poll");
    await clock.advance(0);
    fail(undefined);
    many(150, "poll");
    await clock.advance(21_000);
    expect(between(1_000, 9_000)).toBe(8 * 2.5);
    expect(between(11_000, 19_000)).toBe(8 * 5);
  });

  it("halves it again when it was sent at the lower rate, down to a sixteenth", async () => {
    const { clock, many, fail, between } = budgeted();
    fail(() => new Throttled());
    many(100, "poll");
    await clock.advance(30_000);
    // 16/5 s apart from the fifth throttled request on.
    expect(between(15_000, 27_800)).toBe(4);
  });

  it("counts once with those that were under way beside it", async () => {
    const { clock, many, fail, between } = budgeted();
    fail(() => new Throttled());
    many(5, "poll");
    await clock.advance(0);
    fail(undefined);
    many(100, "poll");
    await clock.advance(9_000);
    expect(between(1_000, 9_000)).toBe(20);
  });

  it("leaves the rate alone when it failed otherwise", async () => {
    const { clock, many, fail, between } = budgeted();
    fail(() => new Error("AccessDenied"));
    many(60, "poll");
    await clock.advance(9_000);
    expect(between(1_000, 9_000)).toBe(40);
  });
});
