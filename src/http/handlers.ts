import type { OperationId } from "../contract/routes.ts";
import type { Handlers } from "./handler.ts";
import { appHandlers } from "./handlers/apps.ts";
import { commandHandlers } from "./handlers/commands.ts";
import { environmentHandlers } from "./handlers/environments.ts";
import { keyHandlers } from "./handlers/keys.ts";
import { operatorHandlers } from "./handlers/operator.ts";
import { releaseHandlers } from "./handlers/releases.ts";
import { runHandlers } from "./handlers/runs.ts";
import { webhookHandlers } from "./handlers/webhooks.ts";

/** What answers each route. */
export const HANDLERS: Handlers<OperationId> = {
  ...appHandlers,
  ...commandHandlers,
  ...environmentHandlers,
  ...keyHandlers,
  ...operatorHandlers,
  ...releaseHandlers,
  ...runHandlers,
  ...webhookHandlers,
};
