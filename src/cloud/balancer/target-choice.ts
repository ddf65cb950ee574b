/** What the choice of a target depends on. */
export interface Choosable {
  readonly healthy: boolean | undefined;
  readonly open: number;
  /** Takes no more. */
  readonly full: boolean;
}

/**
 * The member that gets the next request, or undefined when none has room: the healthy one with the
 * fewest open requests and, among equals, the first from `start` on. When none is healthy all count
 * as healthy, as with AWS: "If a target group contains only unhealthy registered targets, the load
 * balancer routes requests to all those targets" (Application Load Balancers, "Health checks").
 * A member that `tried` names is taken only when there is no other.
 */
export function chooseTarget<T extends Choosable>(
  members: readonly T[],
  start: number,
  tried: (member: T) => boolean,
): T | undefined {
  const anyHealthy = members.some((member) => member.healthy === true);
  let chosen: T | undefined;
  let chosenTried = false;
  for (let i = 0; i < members.length; i += 1) {
    const member = members[(start + i) % members.length];
    if (member === undefined || member.full || (anyHealthy && member.healthy !== true)) continue;
    const memberTried = tried(member);
    const better =
      chosen === undefined ||
      (chosenTried && !memberTried) ||
      (chosenTried === memberTried && member.open < chosen.open);
    if (!better) continue;
    chosen = member;
    chosenTried = memberTried;
  }
  return chosen;
}
