import type { RunningOperator } from "../../app/create-operator.ts";
import type { PassOptions } from "../../app/reconciler.ts";
import type { Api } from "../../http/create-api.ts";

type Fetch = (request: Request, bindings?: Parameters<Api["fetch"]>[1]) => Promise<Response>;

const OF_AN_APP = /^\/api\/v1\/apps\/([^/]+)(?:\/environments\/([^/]+)(?:\/(.+))?)?/;

/** What is decided on what a side and the zone are, and not on the way back from them. */
const LOOKS_BEFORE = /^(?:deployments|flip-requests|flip)$/;

/**
 * An API in a process that has no loop: what a request concerns is carried on before it is answered,
 * and what it decided is carried out after. Before a deployment or a flip is decided, drift is looked for,
 * since nobody else may have (G11); a revert doesn't wait for that.
 */
export function drivenApi(
  api: Api,
  operator: RunningOperator,
  drives: { readonly before: boolean },
): Fetch {
  return async (request, bindings = {}) => {
    const isChange = request.method !== "GET" && request.method !== "HEAD";
    const concern = concernOf(request);
    if (concern && (drives.before || concern.drift)) await operator.pass(concern);
    const response = await api.fetch(request, bindings);
    if (concern && isChange && response.ok) await operator.pass({ ...concern, drift: false });
    return response;
  };
}

function concernOf(request: Request): PassOptions | undefined {
  const [, app, environment, verb = ""] = OF_AN_APP.exec(new URL(request.url).pathname) ?? [];
  if (app === undefined) return undefined;
  return {
    app,
    ...(environment === undefined ? {} : { environment }),
    drift: request.method === "POST" && LOOKS_BEFORE.test(verb),
  };
}
