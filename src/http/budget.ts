/** So many at once, and one more in each `everyMs` after that, up to as many again. */
export class Budget {
  readonly #most: number;
  readonly #everyMs: number;
  /** Milliseconds of a clock that never goes back. */
  readonly #now: () => number;
  #left: number;
  #countedAt: number;

  constructor(most: number, everyMs: number, now: () => number) {
    this.#most = most;
    this.#everyMs = everyMs;
    this.#now = now;
    this.#left = most;
    this.#countedAt = now();
  }

  /** Takes one where there is one. */
  take(): boolean {
    if (this.isSpent) return false;
    this.#left -= 1;
    return true;
  }

  get isSpent(): boolean {
    const more = Math.floor((this.#now() - this.#countedAt) / this.#everyMs);
    this.#left = Math.min(this.#most, this.#left + more);
    this.#countedAt += more * this.#everyMs;
    return this.#left < 1;
  }

  /** Until there is one; 0 when there is. */
  get secondsLeft(): number {
    if (!this.isSpent) return 0;
    return Math.ceil((this.#countedAt + this.#everyMs - this.#now()) / 1000);
  }
}
