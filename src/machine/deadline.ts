/** The reason of a signal that aborted because its time was over. */
export class DeadlineOver extends Error {
  override readonly name = "DeadlineOver";

  constructor(ms: number) {
    super(`did not end within ${ms} ms`);
  }
}

/**
 * Does the work with a signal that aborts when `signal` does and, with `DeadlineOver`, after `ms`.
 *
 * `AbortSignal.any([signal, AbortSignal.timeout(ms)])` would not do: once the collector has run such a
 * timeout never aborts (nodejs/node#57736), and what `any` adds to a long-lived signal stays there
 * (nodejs/node#54614).
 */
export async function withDeadline<Result>(
  ms: number,
  signal: AbortSignal | undefined,
  work: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  const abort = () => controller.abort(signal?.reason);
  if (signal?.aborted) abort();
  signal?.addEventListener("abort", abort);
  const timer = setTimeout(() => controller.abort(new DeadlineOver(ms)), ms);
  try {
    return await work(controller.signal);
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", abort);
  }
}
