import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import type { z } from "zod";
import { AWS_EXAMPLE } from "./aws-example.ts";
import { editorSchema, editorSchemaText } from "./json-schema.ts";
import { parseConfiguration } from "./parse.ts";
import { configurationReference, type Example } from "./reference.ts";

const ONE_MACHINE: Example = {
  title: "Example: one machine",
  yaml: read("examples/rainbow/verdigris.yaml"),
};
const AWS: Example = { title: "Example: AWS", yaml: AWS_EXAMPLE };

test.each([
  ["schema/verdigris.schema.json", editorSchemaText],
  ["docs/configuration.md", () => configurationReference([ONE_MACHINE, AWS])],
])("%s says what the schema says", (path, written) => {
  if (process.env.UPDATE_DOCS) write(path, written());
  expect(
    read(path),
    `${path} is out of date; write it again: UPDATE_DOCS=1 npx vitest run --project unit src/contract/configuration`,
  ).toBe(written());
});

test.each([ONE_MACHINE, AWS])("$title is a valid configuration", ({ yaml }) => {
  expect(parseConfiguration(yaml, { file: "verdigris.yaml" })).toMatchObject({ ok: true });
});

describe("the schema for editors", () => {
  const root = editorSchema();
  const sections = [root, ...Object.values(root.definitions ?? {})].filter(isObject);

  test("describes every section and every key", () => {
    const bare = sections.flatMap(({ title, description, properties }) => [
      ...(description === undefined ? [title] : []),
      ...Object.entries(properties ?? {})
        .filter(([, key]) => !isObject(key) || !(key.description || key.allOf))
        .map(([key]) => `${title}: ${key}`),
    ]);
    expect(bare).toEqual([]);
    expect(sections.length).toBeGreaterThan(8);
  });

  test("refuses unknown keys in every section", () => {
    expect(sections.filter((schema) => schema.additionalProperties !== false)).toEqual([]);
  });
});

function isObject(schema: unknown): schema is z.core.JSONSchema.JSONSchema {
  return typeof schema === "object" && schema !== null;
}

function fileOf(path: string): string {
  return fileURLToPath(new URL(`../../../${path}`, import.meta.url));
}

function read(path: string): string {
  return readFileSync(fileOf(path), "utf8");
}

function write(path: string, text: string): void {
  mkdirSync(dirname(fileOf(path)), { recursive: true });
  writeFileSync(fileOf(path), text);
}
