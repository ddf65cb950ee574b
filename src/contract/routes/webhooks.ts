import { z } from "zod";
import { json, type Route } from "../route.ts";
import { maybe } from "../schemas/fields.ts";

const header = (description: string) => maybe(z.string().max(512)).meta({ description });

export const webhookRoutes = {
  receiveGitHub: {
    method: "post",
    path: "/api/v1/webhooks/github",
    role: "none",
    tag: "apps",
    summary: "Take a webhook of GitHub: a push is noticed at once",
    description:
      "Its signature, by the secret that the operator was started with, stands in place of a key. After a push, new commits are looked for in the apps whose configuration names that repository; other events are ignored. A delivery that comes again changes nothing. GitHub sends up to 25 MB; more than 1 MiB, as a push of many hundred commits may be, is refused and found at the next poll.",
    headers: z.object({
      "x-hub-signature-256": header("`sha256=` and the HMAC of the body in hexadecimal."),
      "x-github-event": header("What has happened: `push`, `ping`."),
    }),
    body: { type: "raw", mediaType: "application/json", most: 1024 * 1024 },
    answer: json(
      z
        .object({
          outcome: z.enum(["pong", "noticed", "ignored"]),
          apps: z.array(z.string()).meta({ description: "In which new commits were looked for." }),
        })
        .meta({ id: "WebhookAnswer" }),
    ),
    change: false,
    errors: ["bad_request", "unauthorized"],
  },
} as const satisfies Record<string, Route>;
