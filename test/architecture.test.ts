import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { describe, expect, it } from "vitest";

const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * What each folder may import: other folders of `src` (a folder means everything below it), `node:`
 * for Node's own modules, and packages by name. A `type:` prefix allows types alone. Tests beside
 * the source are not bound by it.
 */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  ports: ["domain"],
  app: ["domain", "ports"],
  contract: ["domain", "node:", "zod", "yaml", "@hono/zod-openapi"],
  http: [
    "app",
    "contract",
    "domain",
    "type:ports",
    "node:",
    "hono",
    "@hono/node-server",
    "@hono/zod-openapi",
    "zod",
  ],
  cli: ["contract", "machine/deadline.ts", "node:"],
  machine: ["node:", "libsql"],
  cloud: ["type:domain", "domain/records.ts", "machine", "node:", "dns-packet", "undici", "zod"],
  "adapters/aws": [
    "domain",
    "ports",
    "adapters/dns",
    "node:",
    "@aws-sdk/client-cloudwatch",
    "@aws-sdk/client-cloudwatch-logs",
    "@aws-sdk/client-dynamodb",
    "@aws-sdk/client-ecs",
    "@aws-sdk/client-elastic-load-balancing-v2",
    "@aws-sdk/client-iam",
    "@aws-sdk/client-route-53",
    "@aws-sdk/client-secrets-manager",
    "@aws-sdk/client-sts",
    "@aws-sdk/credential-providers",
    "@aws-sdk/lib-dynamodb",
  ],
  "adapters/dns": ["domain", "ports", "node:", "dns-packet"],
  "adapters/github": ["domain", "ports", "type:app", "app/notices", "machine/deadline.ts", "node:"],
  "adapters/local": [
    "domain",
    "ports",
    "adapters/dns",
    "machine",
    "type:cloud/control/protocol.ts",
    "node:",
    "libsql",
  ],
  "adapters/memory": ["domain", "ports", "node:"],
};

/** Composition roots may import everything, and nothing imports them. */
const ROOT = "main";

const FILE_LINES = 400;

interface Import {
  readonly from: string;
  readonly to: string;
  readonly typeOnly: boolean;
}

describe("the layout", () => {
  const files = sources();

  it("holds files in every folder that it speaks of", () => {
    for (const folder of [...Object.keys(MAY_IMPORT), ROOT]) {
      expect(
        files.some((file) => file.startsWith(`${folder}/`)),
        folder,
      ).toBe(true);
    }
  });

  it("has a rule for every file", () => {
    const without = files.filter((file) => folderOf(file) === undefined);
    expect(without).toEqual([]);
  });

  it("lets arrows point inward only", () => {
    const wrong = files
      .flatMap(importsOf)
      .filter((one) => !isAllowed(one))
      .map(({ from, to }) => `${from} imports ${to}`);
    expect(wrong).toEqual([]);
  });

  it("has no file that imports itself by way of others, not even for a type", () => {
    const imported = new Map(
      files.map((file) => [file, importsOf(file).map(({ to }) => to)] as const),
    );
    expect(files.filter((file) => reachableFrom(file, imported).has(file))).toEqual([]);
  });

  it(`keeps files under ${FILE_LINES} lines`, () => {
    const long = files.filter((file) => textOf(file).split("\n").length > FILE_LINES);
    expect(long).toEqual([]);
  });

  it("keeps clocks, chance and timers out of the domain and the use cases", () => {
    const impure =
      /\b(Date\.now|new Date\(\)|Math\.random|setTimeout|setInterval|performance\.now)\b/;
    const found = files
      .filter((file) => /^(domain|app)\//.test(file))
      .filter((file) => impure.test(textOf(file)));
    expect(found).toEqual([]);
  });

  it("puts no deadline where the collector of garbage takes it away: see machine/deadline.ts", () => {
    const joined = files.filter((file) => /AbortSignal\.any\(/.test(codeOf(file)));
    expect(joined).toEqual([]);
  });
});

function sources(): readonly string[] {
  return readdirSync(join(root, "src"), { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => relative(join(root, "src"), join(entry.parentPath, entry.name)))
    .filter((file) => !/\.(test|contract|fixture|child|d)\.ts$/.test(file) && !isTestOnly(file))
    .sort();
}

/** Servers and clients that only tests beside them use. */
function isTestOnly(file: string): boolean {
  return /(^|\/)(test-[a-z-]+|dynalite-server)\.ts$/.test(file);
}

function textOf(file: string): string {
  return readFileSync(join(root, "src", file), "utf8");
}

/** Without comments that have lines of their own. */
function codeOf(file: string): string {
  return textOf(file).replace(/^\s*(\/\*\*|\*|\/\/).*$/gm, "");
}

function folderOf(file: string): string | undefined {
  return [...Object.keys(MAY_IMPORT), ROOT].find((folder) => file.startsWith(`${folder}/`));
}

function importsOf(from: string): readonly Import[] {
  const statement =
    /(?:import|export)\s+(type\s+)?(?:[^"';]*?\sfrom\s+)?"([^"]+)"|import\("([^"]+)"\)/g;
  return [...textOf(from).matchAll(statement)].map(([, type, named, dynamic]) => {
    const target = named ?? dynamic ?? "";
    const to = target.startsWith(".") ? normalize(join(dirname(from), target)) : target;
    return { from, to, typeOnly: type !== undefined };
  });
}

/** Everything that is imported for this file's sake. */
function reachableFrom(
  file: string,
  imported: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const reached = new Set(imported.get(file));
  // What a set gets while it is walked is walked too.
  for (const one of reached) for (const next of imported.get(one) ?? []) reached.add(next);
  return reached;
}

function isAllowed({ from, to, typeOnly }: Import): boolean {
  const folder = folderOf(from);
  if (folder === undefined) return false;
  if (folder === ROOT) return true;
  if (to.startsWith(`${folder}/`)) return true;
  if (to.startsWith(`${ROOT}/`)) return false;
  return (MAY_IMPORT[folder] ?? []).some((allowed) => {
    const typesAlone = allowed.startsWith("type:");
    const wanted = typesAlone ? allowed.slice("type:".length) : allowed;
    if (typesAlone && !typeOnly) return false;
    if (wanted === "node:") return to.startsWith("node:");
    return to === wanted || to.startsWith(`${wanted}/`);
  });
}
