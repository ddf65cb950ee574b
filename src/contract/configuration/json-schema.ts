import { z } from "zod";
import { fileSchema } from "./schema.ts";

/**
 * The JSON schema of `verdigris.yaml` as it is written, so with durations as text. Draft 7,
 * the newest that every YAML language server reads.
 */
export function editorSchema(): z.core.JSONSchema.JSONSchema {
  return z.toJSONSchema(fileSchema, { io: "input", target: "draft-7" });
}

/** The text of `schema/verdigris.schema.json`, with short lists on one line. */
export function editorSchemaText(): string {
  const text = JSON.stringify(editorSchema(), null, 2);
  const oneLine = text.replace(/\[\n\s+([^[\]{}]*?)\n\s+\]/g, (_, items: string) => {
    return `[${items.replace(/,\n\s+/g, ", ")}]`;
  });
  return `${oneLine}\n`;
}
