import { arch, availableParallelism, cpus, platform, totalmem } from "node:os";

/** What the figures were taken on, in one line. */
export function machine(): string {
  const model = cpus()[0]?.model.trim() ?? "unknown processor";
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${availableParallelism()} × ${model}, ${memory} GiB, ${platform()} ${arch()}, Node ${process.version}`;
}
