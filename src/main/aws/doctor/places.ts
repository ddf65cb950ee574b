import type { EnvironmentSection, SideSection } from "../../../contract/configuration/types.ts";

/** One environment of the file, by its short name. */
export interface Place {
  readonly name: string;
  readonly section: EnvironmentSection;
}

export type EcsSection = Extract<SideSection, { readonly runtime: "ecs" }>;

/** The sides of these environments that are on ECS, each under a name that people know it by. */
export function ecsSides(
  places: readonly Place[],
): readonly { readonly name: string; readonly side: EcsSection }[] {
  return places.flatMap(({ name, section }) =>
    Object.entries(section.sides).flatMap(([colour, side]: [string, SideSection]) =>
      side.runtime === "ecs" ? [{ name: `${colour} of ${name}`, side }] : [],
    ),
  );
}

/** Where all that a side names is: `region`, else that of its load balancer's ARN. */
export function regionOf({ region, loadBalancer }: EcsSection): string {
  return region ?? loadBalancer.split(":")[3] ?? "";
}
