import type { ReleaseDetailView, ReleaseView } from "../../contract/api.ts";
import { sideNames } from "../../domain/configuration.ts";
import type { EnvironmentState, ReleaseRef } from "../../domain/environment/state.ts";
import { showSide } from "../../domain/environment/state.ts";
import type { RegisteredRelease } from "../../domain/release-log.ts";
import { isoTime } from "./time.ts";

export function releaseView({ id, commit, artifact, author, subject }: ReleaseRef): ReleaseView {
  return { id, commit, digest: artifact.digest, author, subject };
}

/** `environments` are those of the release's app. */
export function releaseDetailView(
  { release, builtAt }: RegisteredRelease,
  environments: readonly EnvironmentState[],
): ReleaseDetailView {
  return {
    ...releaseView(release),
    builtBy: release.builtBy,
    builtAt: isoTime(builtAt),
    ...(release.run === undefined ? {} : { run: release.run }),
    on: environments.flatMap((state) => sidesWith(release.id, state)),
  };
}

function sidesWith(releaseId: string, state: EnvironmentState): string[] {
  if (!state.configured) return [];
  return sideNames(state.configured.configuration)
    .filter((side) => state.sides[side]?.release?.id === releaseId)
    .map((side) => `${state.name} ${showSide(state, side)}`);
}
