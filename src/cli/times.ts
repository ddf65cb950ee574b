import { showDuration } from "../contract/configuration/duration.ts";

/** `3m20s ago`, of an ISO time. */
export function ago(time: string, now: number): string {
  return `${coarse(Math.max(0, now - Date.parse(time)))} ago`;
}

/** `in 3m20s`, or `now` when it has passed. */
export function until(time: string, now: number): string {
  const left = Date.parse(time) - now;
  return left > 0 ? `in ${coarse(left)}` : "now";
}

export function secondsBetween(from: string, to: string): string {
  return `${((Date.parse(to) - Date.parse(from)) / 1000).toFixed(1)} s`;
}

/** Seconds below an hour, minutes below a day, else hours. */
function coarse(milliseconds: number): string {
  const seconds = Math.floor(milliseconds / 1000);
  const grain = seconds < 3_600 ? 1 : seconds < 86_400 ? 60 : 3_600;
  return showDuration(seconds - (seconds % grain));
}
