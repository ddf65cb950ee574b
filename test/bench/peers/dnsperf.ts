import { PLACES, run } from "../frame/programs.ts";

export interface Queries {
  readonly perSecond: number;
  readonly averageMilliseconds: number;
}

const OUTSTANDING = 100;

/** Asks a server over UDP for some seconds. Rejects unless nearly all questions were answered NOERROR. */
export async function ask(port: number, file: string, seconds: number): Promise<Queries> {
  const server = ["-s", "127.0.0.1", "-p", `${port}`];
  const load = ["-d", file, "-l", `${seconds}`, "-q", `${OUTSTANDING}`, "-c", "8", "-T", "1"];
  const said = await run(PLACES.others, ["dnsperf", "-f", "inet", ...server, ...load]);
  const [, rate] = /Queries per second:\s+([\d.]+)/.exec(said) ?? [];
  const [, latency] = /Average Latency \(s\):\s+([\d.]+)/.exec(said) ?? [];
  const [, good] = /NOERROR \d+ \(([\d.]+)%\)/.exec(said) ?? [];
  const [, completed] = /Queries completed:\s+\d+ \(([\d.]+)%\)/.exec(said) ?? [];
  if (!rate || !latency || Number(good) < 100 || Number(completed) < 99) {
    throw new Error(`port ${port} did not answer as it should: ${summary(said)}`);
  }
  return { perSecond: Number(rate), averageMilliseconds: Number(latency) * 1_000 };
}

function summary(said: string): string {
  return said.slice(Math.max(0, said.indexOf("Statistics:")));
}
