/** Resolves at SIGTERM, or when the signal aborts, as it does at Ctrl-C. */
export function untilStopped(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const stop = () => {
      process.off("SIGTERM", stop);
      signal.removeEventListener("abort", stop);
      resolve();
    };
    process.on("SIGTERM", stop);
    signal.addEventListener("abort", stop);
  });
}
