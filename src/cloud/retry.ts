const FIRST_WAIT_MS = 100;
const LONGEST_WAIT_MS = 10_000;

/** Repeats an attempt, waiting longer each time, until it resolves or is given up. */
export class Retry {
  readonly #attempt: () => Promise<void>;
  #timer: NodeJS.Timeout | undefined;
  #waitMs = FIRST_WAIT_MS;
  #ended = false;

  /** `attempt` keeps for itself why it failed. */
  constructor(attempt: () => Promise<void>) {
    this.#attempt = attempt;
    this.#later();
  }

  giveUp(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
  }

  #later(): void {
    if (this.#ended) return;
    const again = () => void this.#attempt().catch(() => this.#later());
    // Jitter, so that what failed together isn't repeated together.
    this.#timer = setTimeout(again, this.#waitMs * (0.5 + Math.random() / 2));
    this.#waitMs = Math.min(this.#waitMs * 2, LONGEST_WAIT_MS);
  }
}
