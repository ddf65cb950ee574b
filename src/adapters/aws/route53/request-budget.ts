import type { Clock } from "../../../ports/clock.ts";
import { ROUTE53_LIMITS } from "./route53-limits.ts";

/** What goes first where requests wait for their turn, most urgent first. */
const PRIORITIES = ["revert", "change", "look", "poll"] as const;

export type Priority = (typeof PRIORITIES)[number];

export interface BudgetOptions {
  readonly clock: Clock;
  readonly requestsPerSecond?: number;
  /** Requests that may wait at once; a more urgent one takes the place of the least urgent. */
  readonly maxWaiting?: number;
  /** How long a request may wait for its turn. */
  readonly deadlineMs?: number;
}

/** The request was not sent: too many wait for the account's budget, or it waited too long. */
export class NotSent extends Error {
  override readonly name = "NotSent";
}

/** The rate is never divided by more. */
const MAX_SLOWDOWN = 16;
/** The rate doubles after each such time without throttling. */
const RECOVERY_MS = 10_000;

interface Waiting {
  readonly priority: Priority;
  readonly until: number;
  readonly go: () => void;
  readonly turnAway: (reason: string) => void;
}

/**
 * The requests that this process may send to Route 53: five a second for the whole account, all
 * kinds together (Developer Guide, "Quotas"). Others may use the account too, so a request that was
 * throttled halves the rate for a while.
 */
export class RequestBudget {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #maxWaiting: number;
  readonly #deadlineMs: number;
  #waiting: readonly Waiting[] = [];
  #sentAt: readonly number[] = [];
  #slowdown = 1;
  #slowedAt = Number.NEGATIVE_INFINITY;
  #serving = false;

  constructor(options: BudgetOptions) {
    this.#clock = options.clock;
    this.#perSecond = options.requestsPerSecond ?? ROUTE53_LIMITS.requestsPerSecond;
    this.#maxWaiting = options.maxWaiting ?? 200;
    this.#deadlineMs = options.deadlineMs ?? 30_000;
  }

  /**
   * Sends the request when its turn comes. Rejects with NotSent when it doesn't come in time, and
   * otherwise as the request does; `isThrottled` tells which of its errors are for want of budget.
   */
  async spend<Response>(
    priority: Priority,
    send: () => Promise<Response>,
    isThrottled: (error: unknown) => boolean,
  ): Promise<Response> {
    await this.#turn(priority);
    const sentAt = this.#clock.elapsed();
    try {
      return await send();
    } catch (error) {
      if (isThrottled(error)) this.#slow(sentAt);
      throw error;
    }
  }

  #turn(priority: Priority): Promise<void> {
    return new Promise((resolve, reject) => {
      const until = this.#clock.elapsed() + this.#deadlineMs;
      const turnAway = (reason: string) => reject(new NotSent(reason));
      const newcomer: Waiting = { priority, until, go: resolve, turnAway };
      this.#waiting = [...this.#waiting, newcomer].sort(byPriority);
      if (this.#waiting.length > this.#maxWaiting) {
        this.#waiting.at(-1)?.turnAway(`${this.#maxWaiting} requests wait for their turn already`);
        this.#waiting = this.#waiting.slice(0, -1);
      }
      void this.#serve();
    });
  }

  /** One at a time looks after those who wait, as long as there are any. */
  async #serve(): Promise<void> {
    if (this.#serving) return;
    this.#serving = true;
    while (this.#waiting.length > 0) {
      const now = this.#clock.elapsed();
      const late = this.#waiting.filter(({ until }) => until <= now);
      this.#waiting = this.#waiting.filter(({ until }) => until > now);
      for (const one of late) {
        one.turnAway(`it waited ${this.#deadlineMs / 1_000} s for its turn`);
      }
      const [first, ...rest] = this.#waiting;
      if (!first) break;
      const freeAt = this.#freeAt(now);
      if (freeAt <= now) {
        this.#waiting = rest;
        this.#sentAt = [...this.#sentAt, now];
        first.go();
      } else {
        const wakeAt = Math.min(freeAt, ...this.#waiting.map(({ until }) => until));
        await this.#clock.wait(wakeAt - now);
      }
    }
    this.#serving = false;
  }

  /** When the next request may go: no more than `limit` within the window before it. */
  #freeAt(now: number): number {
    const slowdown = this.#slowdownAt(now);
    const limit = Math.max(1, Math.floor(this.#perSecond / slowdown));
    const windowMs = (limit * slowdown * 1_000) / this.#perSecond;
    this.#sentAt = this.#sentAt.slice(-this.#perSecond);
    const before = this.#sentAt.at(-limit);
    return before === undefined ? now : before + windowMs;
  }

  /** Those that were sent before the rate was lowered tell nothing of the lower rate. */
  #slow(sentAt: number): void {
    if (sentAt <= this.#slowedAt) return;
    const now = this.#clock.elapsed();
    this.#slowdown = Math.min(MAX_SLOWDOWN, 2 * this.#slowdownAt(now));
    this.#slowedAt = now;
  }

  #slowdownAt(now: number): number {
    const recoveries = Math.floor((now - this.#slowedAt) / RECOVERY_MS);
    return Math.max(1, this.#slowdown / 2 ** recoveries);
  }
}

/** Sorting keeps those of one priority in the order in which they came. */
function byPriority(a: Waiting, b: Waiting): number {
  return PRIORITIES.indexOf(a.priority) - PRIORITIES.indexOf(b.priority);
}
