import { z } from "zod";
import type { Operator } from "../../app/operator.ts";
import type { webhookRoutes } from "../../contract/routes/webhooks.ts";
import type { Failure } from "../failure.ts";
import { fail, isFailure } from "../failure.ts";
import { whenForged } from "../github-signature.ts";
import type { Handlers } from "../handler.ts";
import { decoded, parseJson } from "../read-body.ts";

export const webhookHandlers: Handlers<keyof typeof webhookRoutes> = {
  async receiveGitHub({ headers, body }, { operator, githubWebhookSecret }) {
    const refusal = whenForged(body, headers["x-hub-signature-256"], githubWebhookSecret);
    if (refusal) return refusal;
    const event = headers["x-github-event"];
    if (event === "ping") return { outcome: "pong", apps: [] };
    if (event !== "push") return { outcome: "ignored", apps: [] };
    const repository = repositoryIn(body);
    if (isFailure(repository)) return repository;
    return { outcome: "noticed", apps: await notice(operator, repository) };
  },
};

/** Of all that a push says; its address names the host, of which there may be several. */
const push = z.object({ repository: z.object({ html_url: z.url() }) });

/** `github.com/acme/rainbow`, in lower case as GitHub takes names in any. */
function repositoryIn(body: Uint8Array): string | Failure {
  const text = decoded(body);
  const value = isFailure(text) ? text : parseJson(text);
  if (isFailure(value)) return value;
  const parsed = push.safeParse(value);
  if (parsed.success) {
    const { host, pathname } = new URL(parsed.data.repository.html_url);
    return `${host}${pathname}`.toLowerCase();
  }
  return fail("bad_request", "The push names no repository. Nothing was done.");
}

/** All are looked at before a failure of any is told, on which GitHub shows the delivery as failed. */
async function notice({ apps }: Operator, repository: string): Promise<string[]> {
  const names = (await apps.list())
    .filter(({ configuration }) => configuration?.repository?.toLowerCase() === repository)
    .map(({ name }) => name);
  const looked = await Promise.allSettled(names.map((name) => apps.notice(name)));
  const failed = looked.find((one) => one.status === "rejected");
  if (failed) throw failed.reason;
  return names;
}
