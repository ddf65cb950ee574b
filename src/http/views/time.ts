/** Epoch milliseconds as the API writes them. */
export function isoTime(at: number): string {
  return new Date(at).toISOString();
}
