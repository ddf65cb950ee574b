import type { SideRef } from "../../../ports/side-runtime.ts";

/** What the local cloud calls a side: `rainbow/production/blue`. */
export function serviceOf({ environment, side }: SideRef): string {
  return `${environment}/${side}`;
}
