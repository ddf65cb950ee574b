import { execFile } from "node:child_process";
import * as fs from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { afterEach, beforeEach, expect, it } from "vitest";
import { sealTree } from "./sealed-tree.ts";

let directory: string;
let count = 0;
beforeEach(async () => {
  directory = await fs.realpath(await fs.mkdtemp(join(tmpdir(), "verdigris-tree-")));
});
afterEach(() => fs.rm(directory, { recursive: true, force: true }));

type Make = (path: string) => Promise<unknown>;
const text = (content: string, mode = 0o644): Make => {
  return async (path) => {
    await fs.writeFile(path, content);
    await fs.chmod(path, mode);
  };
};
const link = (target: string): Make => {
  return (path) => fs.symlink(target, path);
};
const folder: Make = (path) => fs.mkdir(path);

async function tree(entries: Readonly<Record<string, Make>>): Promise<string> {
  count += 1;
  const root = join(directory, `tree-${count}`);
  await fs.mkdir(root);
  for (const [path, make] of Object.entries(entries)) {
    await fs.mkdir(dirname(join(root, path)), { recursive: true });
    await make(join(root, path));
  }
  return root;
}

const seal = async (entries: Readonly<Record<string, Make>>) => sealTree(await tree(entries));

it("equal trees have equal digests, in whatever order and place they were made", async () => {
  const a = { "a/b.txt": text("1"), "a-b.txt": text("2"), c: link("a/b.txt") };
  const b = Object.fromEntries(Object.entries(a).reverse());
  const digest = await seal(a);
  expect(digest).toMatch(/^sha256:[0-9a-f]{64}$/);
  expect(await seal(b)).toBe(digest);
});

it("every difference changes the digest", async () => {
  const trees: Record<string, Make>[] = [
    {},
    { a: text("1") },
    { a: text("2") },
    { b: text("1") },
    { a: text("1", 0o755) },
    { a: text("1"), b: text("1") },
    { a: text("1"), b: link("a") },
    { a: text("1"), b: link("./a") },
    { a: text("1"), b: folder },
    { "b/a": text("1") },
    { 'a","x': text("1") },
  ];
  const digests = await Promise.all(trees.map(seal));
  expect(new Set(digests).size).toBe(trees.length);
});

it("git's own folders are no part of an artifact, at any depth", async () => {
  const root = await tree({
    a: text("1"),
    ".git/HEAD": text("x"),
    "b/.git": text("gitdir: x"),
    "b/.gitignore": text(""),
  });
  expect(await sealTree(root)).toBe(await seal({ a: text("1"), "b/.gitignore": text("") }));
  expect(await fs.readdir(root)).toEqual(["a", "b"]);
  expect(await fs.readdir(join(root, "b"))).toEqual([".gitignore"]);
});

it("links within the artifact stay links", async () => {
  const root = await tree({ "a/b/c": text("1"), "a/up": link("../a/b"), "d/e": link("../gone") });
  await sealTree(root);
  expect(await fs.readlink(join(root, "a/up"))).toBe("../a/b");
});

it.each<[string, Record<string, Make>]>([
  ["out", { out: link("/etc/passwd") }],
  ["out", { out: link("../elsewhere") }],
  ["a/out", { "a/out": link("../../elsewhere") }],
  ["out", { "a/b/up": link("../.."), out: link("a/b/up/../elsewhere") }],
])("a link that leaves the artifact is refused: %s %#", async (path, entries) => {
  await fs.writeFile(join(directory, "elsewhere"), "secret");
  await expect(seal(entries)).rejects.toThrow(`the symbolic link ${path} leads out`);
});

it("what is neither file, folder nor link is refused", async () => {
  const fifo: Make = (path) => promisify(execFile)("mkfifo", [path]);
  await expect(seal({ "a/fifo": fifo })).rejects.toThrow("a/fifo is neither a file");
});

it("a file whose content another place shares gets content of its own", async () => {
  const store = join(directory, "store");
  await fs.writeFile(store, "as built", { mode: 0o755 });
  const root = await tree({ a: (path) => fs.link(store, path) });
  expect(await sealTree(root)).toBe(await seal({ a: text("as built", 0o755) }));
  await fs.writeFile(store, "changed later");
  expect(await fs.readFile(join(root, "a"), "utf8")).toBe("as built");
  expect(await fs.readdir(root)).toEqual(["a"]);
});
