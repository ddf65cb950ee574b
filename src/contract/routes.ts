import type { Route } from "./route.ts";
import { appRoutes } from "./routes/apps.ts";
import { commandRoutes } from "./routes/commands.ts";
import { environmentRoutes } from "./routes/environments.ts";
import { keyRoutes } from "./routes/keys.ts";
import { operatorRoutes } from "./routes/operator.ts";
import { releaseRoutes } from "./routes/releases.ts";
import { runRoutes } from "./routes/runs.ts";
import { webhookRoutes } from "./routes/webhooks.ts";

/** Every route of the operator, by its operation id. What is not here is not served. */
export const ROUTES = {
  ...appRoutes,
  ...environmentRoutes,
  ...commandRoutes,
  ...releaseRoutes,
  ...runRoutes,
  ...keyRoutes,
  ...webhookRoutes,
  ...operatorRoutes,
} as const satisfies Record<string, Route>;

export type Routes = typeof ROUTES;
export type OperationId = keyof Routes;

/** The table as a list, without what is particular to each route. */
export const ROUTE_LIST: readonly (readonly [OperationId, Route])[] = Object.entries(
  ROUTES,
) as readonly (readonly [OperationId, Route])[];
