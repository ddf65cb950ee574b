import { existsSync, readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

const DOCUMENTS = [
  ...["README.md", "AGENTS.md", "CONTRIBUTING.md", "SECURITY.md", "CHANGELOG.md"],
  ...readdirSync(join(root, "docs"), { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".md"))
    .map((name) => join("docs", name)),
];

describe.each(DOCUMENTS)("%s", (document) => {
  const text = readFileSync(join(root, document), "utf8");

  it("links to nothing that isn't there", () => {
    const links = [...text.matchAll(/\]\((?!https?:|#)([^)#]+)/g)].map(([, target = ""]) => target);
    const missing = links.filter((link) => !existsSync(join(root, dirname(document), link)));
    expect(missing).toEqual([]);
  });

  it("names no file of the project that isn't there", () => {
    const paths = [...text.matchAll(/`((?:src|test|docs|examples|scripts|schema)\/[\w./-]+)`/g)];
    const missing = paths
      .map(([, path = ""]) => path)
      .filter((path) => !existsSync(join(root, path)));
    expect(missing).toEqual([]);
  });
});

describe("docs/guarantees.md", () => {
  it("has a section for each guarantee, and each names its tests", () => {
    const text = readFileSync(join(root, "docs", "guarantees.md"), "utf8");
    const sections = text.split(/^## /m).slice(1);
    expect(sections.map((section) => section.split(" ")[0])).toEqual(
      Array.from({ length: 12 }, (_, i) => `G${i + 1}`),
    );
    expect(sections.filter((section) => !/^Tests: .*`[\w./-]+\.ts`/m.test(section))).toEqual([]);
  });
});
