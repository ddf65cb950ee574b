import { z } from "zod";
import { json, type Route } from "../route.ts";
import { changeShape } from "../schemas/commands.ts";
import { role } from "../schemas/fields.ts";
import { issuedKey, keyView } from "../schemas/keys.ts";
import { id } from "./parameters.ts";

const keyName = z
  .string()
  .regex(/^[\p{L}\p{N}][\p{L}\p{N} ._@+-]{0,99}$/u, "must be 1 to 100 letters, digits or . _ @ + -")
  .meta({ description: "Whose it is; approvals bear this name." });

export const keyRoutes = {
  listKeys: {
    method: "get",
    path: "/api/v1/keys",
    role: "admin",
    tag: "keys",
    summary: "List keys, the revoked ones too",
    answer: json(z.array(keyView)),
    change: false,
    errors: [],
  },
  issueKey: {
    method: "post",
    path: "/api/v1/keys",
    role: "admin",
    tag: "keys",
    summary: "Issue a key, which is shown this once",
    body: json(
      z.strictObject({ ...changeShape, name: keyName, role }).meta({ id: "IssueKeyBody" }),
    ),
    answer: json(issuedKey),
    change: true,
    errors: ["command_id_reused", "read_only"],
  },
  revokeKey: {
    method: "delete",
    path: "/api/v1/keys/{id}",
    role: "admin",
    tag: "keys",
    summary: "Revoke a key",
    params: z.strictObject({ id }),
    answer: json(keyView),
    change: true,
    errors: ["command_id_reused", "read_only", "unknown_key"],
  },
} as const satisfies Record<string, Route>;
