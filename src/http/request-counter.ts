/** How many requests were answered, by method, route and status. Routes are few and known. */
export class RequestCounter {
  readonly #counts = new Map<string, Count>();

  add(method: string, route: string, status: number): void {
    const key = `${method} ${route} ${status}`;
    const total = (this.#counts.get(key)?.total ?? 0) + 1;
    this.#counts.set(key, { method, route, status, total });
  }

  counts(): readonly Count[] {
    return [...this.#counts.values()];
  }
}

export interface Count {
  readonly method: string;
  readonly route: string;
  readonly status: number;
  readonly total: number;
}
