import type { appRoutes } from "../../contract/routes/apps.ts";
import { fail, isFailure } from "../failure.ts";
import type { Handlers } from "../handler.ts";
import { metaOf } from "../handler.ts";
import { appViews } from "../views/app.ts";

export const appHandlers: Handlers<keyof typeof appRoutes> = {
  async listApps(_, { operator }) {
    return (await operator.apps.list()).flatMap(appViews);
  },

  async configureApp(asked, { operator, parseConfiguration }) {
    const { app } = asked.params;
    const parsed = await parseConfiguration(app, asked.body);
    if (!parsed.ok) {
      const first = parsed.problems[0];
      return fail(
        "bad_request",
        `The configuration can't be used${first ? `: line ${first.line}: ${first.message}` : ""}. Nothing was changed.`,
        { problems: parsed.problems },
      );
    }
    const { configuration } = parsed;
    if (configuration.app !== app) {
      return fail(
        "bad_request",
        `The configuration is of the app ${configuration.app}, not of ${app}. Nothing was changed. Send it to the app's own path.`,
        { app: configuration.app },
      );
    }
    const outcome = await operator.apps.configure(configuration, metaOf(asked, asked.query), {
      dryRun: asked.query.dryRun === "true",
    });
    return isFailure(outcome) ? outcome : { app, ...outcome };
  },

  async mergeBranch(asked, { operator }) {
    const { branch } = asked.body;
    const outcome = await operator.apps.merge(asked.params.app, branch, metaOf(asked, asked.body));
    return isFailure(outcome) ? outcome : { branch, into: outcome.into, commit: outcome.commit };
  },

  async noticeCommits({ params }, { operator }) {
    const app = await operator.apps.get(params.app);
    if (isFailure(app)) return app;
    const runs = await operator.apps.notice(params.app);
    return runs.map(({ branch, commit, run }) => ({ branch, commit, run }));
  },
};
