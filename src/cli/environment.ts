import type { EnvironmentView } from "../contract/api.ts";
import { appPath, findApp } from "./app.ts";
import type { OperatorApi } from "./operator-api.ts";
import { Problem } from "./problem.ts";
import type { Argument, Call } from "./verb.ts";

export const ENVIRONMENT: Argument = {
  name: "environment",
  summary: "For example production, or rainbow/production; may be left out where one is blue-green",
  required: false,
};

/** An environment that a call is about. */
export interface Environment {
  readonly app: string;
  /** The short name: `production`. */
  readonly name: string;
  /** Below `/api/v1`. */
  readonly path: string;
}

/** The environment that was named, or the app's only blue-green one, which is then said. */
export async function findEnvironment(
  call: Call,
  api: OperatorApi,
  written: string | undefined,
): Promise<Environment> {
  if (written !== undefined) return await namedEnvironment(call, api, written);
  const app = await findApp(call, api);
  const views = await api.get<readonly EnvironmentView[]>(`${appPath(app)}/environments`);
  const candidates = views.filter((view) => view.kind === "blue-green");
  const [first, second] = candidates;
  if (first && !second) {
    call.terminal.remark(`environment: ${first.name}`);
    return environmentOf(app, first.environment);
  }
  const names = (candidates.length > 0 ? candidates : views).map((view) => view.environment);
  throw new Problem("usage", `which environment? Name one of ${names.join(", ") || "none yet"}`);
}

/** `production` or `rainbow/production`. */
export async function namedEnvironment(
  call: Call,
  api: OperatorApi,
  written: string,
): Promise<Environment> {
  const match = /^(?:([^/]+)\/)?([^/]+)$/.exec(written);
  const [, app, name] = match ?? [];
  if (name === undefined) {
    throw new Problem(
      "usage",
      `"${written}" is not an environment; write for example production or rainbow/production`,
    );
  }
  const asked = call.globals.app;
  if (app !== undefined && asked !== undefined && app !== asked) {
    throw new Problem(
      "usage",
      `--app: ${asked} is not the app of ${written}; leave one of them out`,
    );
  }
  return environmentOf(app ?? (await findApp(call, api)), name);
}

function environmentOf(app: string, name: string): Environment {
  return { app, name, path: `${appPath(app)}/environments/${encodeURIComponent(name)}` };
}

/** `production` of `production-41`: an id is its environment, a dash and a revision. */
export function environmentOfId(id: string): string {
  const match = /^(.+)-\d+$/.exec(id);
  if (match?.[1] !== undefined) return match[1];
  throw new Problem(
    "usage",
    `"${id}" is not the id of a request; write for example production-41, as \`verdigris status\` shows it`,
  );
}
