import { PLACES, run } from "../frame/programs.ts";

export interface Load {
  readonly requestsPerSecond: number;
  readonly p99Milliseconds: number;
}

const IN_MILLISECONDS: Readonly<Record<string, number>> = { us: 0.001, ms: 1, s: 1_000, m: 60_000 };

/**
 * Loads a URL for some whole seconds. Rejects when an answer is not of 2xx or 3xx or a socket fails; an
 * answer that takes long doesn't count as a failure.
 */
export async function load(url: string, connections: number, seconds: number): Promise<Load> {
  const words = [
    "wrk",
    "-t1",
    `-c${connections}`,
    `-d${seconds}s`,
    "--latency",
    "--timeout",
    "30s",
    url,
  ];
  const said = await run(PLACES.others, words);
  if (/Non-2xx|Socket errors:.*(connect|read|write) [1-9]/.test(said))
    throw new Error(`${url} failed requests: ${said}`);
  const [, rate] = /Requests\/sec:\s+([\d.]+)/.exec(said) ?? [];
  const [, p99, unit] = /99%\s+([\d.]+)(us|ms|s|m)/.exec(said) ?? [];
  if (!rate || !p99 || !unit) throw new Error(`wrk said something else: ${said}`);
  return {
    requestsPerSecond: Number(rate),
    p99Milliseconds: Number(p99) * (IN_MILLISECONDS[unit] ?? Number.NaN),
  };
}
