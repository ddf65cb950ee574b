import { withDeadline } from "../../machine/deadline.ts";
import type { Target, TargetGroup } from "../target-group.ts";

/** A target group keeps its deadline itself; this is for one that doesn't. */
const BEYOND_DEADLINE_MS = 1_000;

/** The tasks of one service that get requests. */
export class TargetMembers {
  readonly #group: () => TargetGroup;
  readonly #ids = new Set<string>();

  constructor(group: () => TargetGroup) {
    this.#group = group;
  }

  add(target: Target): void {
    if (this.#ids.has(target.id)) return;
    this.#ids.add(target.id);
    this.#group().add(target);
  }

  /** Resolves when its requests have ended, the deadline is over, or the signal aborts. */
  async remove(id: string, deadlineMs: number, signal?: AbortSignal): Promise<void> {
    if (!this.#ids.delete(id)) return;
    const removed = this.#group().remove(id, deadlineMs);
    await withDeadline(deadlineMs + BEYOND_DEADLINE_MS, signal, (either) =>
      Promise.race([removed, aborted(either)]),
    );
  }
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener("abort", () => resolve());
  });
}
