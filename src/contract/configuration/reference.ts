import type { z } from "zod";
import { editorSchema } from "./json-schema.ts";

type Schema = z.core.JSONSchema.JSONSchema;
type Definitions = ReadonlyMap<string, Schema>;

/** A configuration file that the page shows in full. */
export interface Example {
  readonly title: string;
  /** The file's text. */
  readonly yaml: string;
}

/** The text of `docs/configuration.md`: a table for each section of the file, then examples. */
export function configurationReference(examples: readonly Example[]): string {
  const schema = editorSchema();
  const definitions = new Map(Object.entries(schema.definitions ?? {}));
  const sections = inOrderOfMention(schema, definitions).map((it) => showSection(it, definitions));
  const shown = examples.map(({ title, yaml }) => `## ${title}\n\n\`\`\`yaml\n${yaml}\`\`\`\n`);
  return [HEAD, ...sections, ...shown].join("\n");
}

const HEAD = `<!-- Written by the schema in src/contract/configuration. To write it again:
     UPDATE_DOCS=1 npx vitest run --project unit src/contract/configuration -->

# Configuration

The file \`verdigris.yaml\` stands in the root of the app's repository. A mistake is reported with its line, all
mistakes at once, and nothing is changed until there is none left:

    verdigris.yaml:12:5: environments.production.ttl: "60 apples" is not a duration; write for example 60s, 10m, 24h

A duration is written with its unit, \`s\`, \`m\`, \`h\` or \`d\`, or with several: \`90s\`, \`1m30s\`, \`2d\`. A name has up to
31 of \`a-z\`, \`0-9\` and \`-\` and begins with a letter. An operator on one machine runs sides of processes;
it says so when a side asks for another runtime.

Editors complete and check the file with \`schema/verdigris.schema.json\`, for example by this first line:

    # yaml-language-server: $schema=<path to>/verdigris.schema.json
`;

function showSection(schema: Schema, definitions: Definitions): string {
  const required = new Set(schema.required);
  const rows = Object.entries(schema.properties ?? {}).map(([key, property]) => {
    const cells = [
      `\`${key}\``,
      typeOf(asSchema(property), definitions),
      required.has(key) ? "required" : defaultOf(asSchema(property)),
      meaningOf(asSchema(property), definitions),
    ];
    return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
  });
  return [
    `## ${escapeTags(schema.title ?? "")}`,
    "",
    schema.description,
    "",
    "| key | type | default | meaning |",
    "|---|---|---|---|",
    ...rows,
    "",
  ].join("\n");
}

function typeOf(schema: Schema, definitions: Definitions): string {
  const parts = partsOf(schema);
  if (parts.length > 0) return parts.map((part) => typeOf(part, definitions)).join(" or ");
  if (schema.$ref !== undefined) return link(definitionOf(schema, definitions)?.title ?? "");
  if (schema.const !== undefined) return `\`${schema.const}\``;
  if (schema.enum !== undefined) return schema.enum.map((one) => `\`${one}\``).join(" or ");
  if (schema.title !== undefined) return schema.title;
  if (schema.type === "array") return "a list";
  if (schema.type === "boolean") return "`true` or `false`";
  return mapType(schema, definitions);
}

function mapType(schema: Schema, definitions: Definitions): string {
  const keys = Object.keys(schema.properties ?? {});
  const values = Object.values(schema.properties ?? {});
  const types = new Set(values.map((value) => typeOf(asSchema(value), definitions)));
  if (types.size > 0) {
    return `a map of ${keys.map((key) => `\`${key}\``).join(" and ")}: ${[...types].join("; ")}`;
  }
  return `a map from names to ${typeOf(asSchema(schema.additionalProperties), definitions)}`;
}

function meaningOf(schema: Schema, definitions: Definitions): string {
  const target = [schema, ...partsOf(schema)].find((it) => it.$ref !== undefined);
  return schema.description ?? (target && definitionOf(target, definitions)?.description) ?? "";
}

function defaultOf(schema: Schema): string {
  if (schema.default === undefined) return "none";
  const text = JSON.stringify(schema.default);
  if (text === "{}") return "empty";
  return `\`${typeof schema.default === "string" ? schema.default : text.replaceAll('"', "")}\``;
}

/** The file itself, then what it mentions, then what that mentions. */
function inOrderOfMention(root: Schema, definitions: Definitions): readonly Schema[] {
  const found = new Set([root]);
  for (const schema of found) {
    for (const mentioned of mentions(schema, definitions)) found.add(mentioned);
  }
  return [...found];
}

function mentions(schema: Schema, definitions: Definitions): Schema[] {
  const target = definitionOf(schema, definitions);
  if (target) return [target];
  const inner = [
    ...partsOf(schema),
    ...Object.values(schema.properties ?? {}),
    ...[schema.additionalProperties, schema.items].flat(),
  ].filter((it) => typeof it === "object");
  return inner.flatMap((it) => mentions(it, definitions));
}

function definitionOf(schema: Schema, definitions: Definitions): Schema | undefined {
  return definitions.get(schema.$ref?.replace("#/definitions/", "") ?? "");
}

function partsOf(schema: Schema): Schema[] {
  return [...(schema.allOf ?? []), ...(schema.oneOf ?? []), ...(schema.anyOf ?? [])].map(asSchema);
}

function asSchema(schema: Schema | boolean | undefined): Schema {
  return typeof schema === "object" ? schema : {};
}

/** GitHub's anchors: lower case, spaces as hyphens, other marks left out. */
function link(title: string): string {
  const anchor = title
    .toLowerCase()
    .replace(/[^a-z0-9 -]/g, "")
    .replaceAll(" ", "-");
  return `[${escapeTags(title)}](#${anchor})`;
}

function escapeTags(text: string): string {
  return text.replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
