import { z } from "zod";
import { json, type Route } from "../route.ts";
import { changeShape } from "../schemas/commands.ts";
import { maybe } from "../schemas/fields.ts";
import { releaseDetailView, releaseView } from "../schemas/releases.ts";
import { appPath, limit } from "./parameters.ts";

const oneLine = z
  .string()
  .regex(/^[^\0\r\n]{1,1024}$/, "must be one line of at most 1024 characters");

const registerBody = z
  .strictObject({
    ...changeShape,
    commit: z.string().regex(/^[0-9a-f]{40}$/, "must be a whole commit: 40 of 0-9 a-f"),
    artifact: z.strictObject({
      digest: z.string().regex(/^sha256:[0-9a-f]{64}$/, "must be sha256: and 64 of 0-9 a-f"),
      location: oneLine.meta({ description: "A directory on one machine; an image elsewhere." }),
    }),
    author: z.strictObject({ name: oneLine, email: oneLine }),
    subject: oneLine,
    run: maybe(z.int().min(1)),
  })
  .meta({ id: "RegisterReleaseBody" });

export const releaseRoutes = {
  listReleases: {
    method: "get",
    path: "/api/v1/apps/{app}/releases",
    role: "viewer",
    tag: "releases",
    summary: "List releases, the newest first, and the sides that hold them",
    params: appPath,
    query: z.strictObject({ limit: limit(500, 20) }),
    answer: json(z.array(releaseDetailView)),
    change: false,
    errors: ["unknown_app"],
  },
  registerRelease: {
    method: "post",
    path: "/api/v1/apps/{app}/releases",
    role: "deployer",
    tag: "releases",
    summary: "Register what a build made",
    params: appPath,
    body: json(registerBody),
    answer: json(releaseView),
    change: true,
    errors: ["command_id_reused", "read_only", "superseded", "unknown_app"],
  },
} as const satisfies Record<string, Route>;
