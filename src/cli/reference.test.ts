import { readFileSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { expect, test } from "vitest";
import { MACHINE_VERBS } from "./machine-verbs.ts";
import { cliReference } from "./reference.ts";
import { VERBS } from "./verbs.ts";

const PATH = fileURLToPath(new URL("../../docs/cli.md", import.meta.url));

test("docs/cli.md says what --help says", async () => {
  const own = await Promise.all(
    VERBS.map(async ({ name, summary, load }) => ({ name, summary, help: await load() })),
  );
  const written = cliReference([...MACHINE_VERBS, ...own]);
  if (process.env.UPDATE_DOCS) writeFileSync(PATH, written);
  expect(
    readFileSync(PATH, "utf8"),
    "docs/cli.md is out of date; write it again: UPDATE_DOCS=1 npx vitest run --project unit src/cli",
  ).toBe(written);
});
