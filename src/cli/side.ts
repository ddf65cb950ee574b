import type { EnvironmentView } from "../contract/api.ts";
import type { Paint } from "./paint.ts";

export type SideName = EnvironmentView["live"];

/** In the order in which they are shown. */
export const SIDES: readonly SideName[] = ["main", "blue", "green"];

/** `green (live)`: colour and role together, always. */
export function showSide(view: EnvironmentView, side: SideName, paint: Paint): string {
  return paint.side(side, `${side} (${view.live === side ? "live" : "standby"})`);
}

export function showRelease(
  release: { readonly id: string; readonly subject: string } | undefined,
): string {
  return release ? `${release.id} "${release.subject}"` : "no release";
}
