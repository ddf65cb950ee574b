import type { releaseRoutes } from "../../contract/routes/releases.ts";
import { isFailure } from "../failure.ts";
import type { Handlers } from "../handler.ts";
import { metaOf } from "../handler.ts";
import { releaseDetailView, releaseView } from "../views/release.ts";

export const releaseHandlers: Handlers<keyof typeof releaseRoutes> = {
  async listReleases({ params, query }, { operator }) {
    const environments = await operator.environments.list(params.app);
    if (isFailure(environments)) return environments;
    const releases = await operator.releases.list(params.app, query.limit);
    return releases.map((release) => releaseDetailView(release, environments));
  },

  async registerRelease(asked, { operator }) {
    const app = await operator.apps.get(asked.params.app);
    if (isFailure(app)) return app;
    const { commandId: _, reason: __, ...release } = asked.body;
    const registered = await operator.releases.register(
      { app: app.name, ...release },
      metaOf(asked, asked.body),
    );
    return isFailure(registered) ? registered : releaseView(operator.releases.ref(registered));
  },
};
