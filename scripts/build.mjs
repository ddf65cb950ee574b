// Bundles the command into dist/: one entry, and a chunk for each part that is loaded on demand.
// With --faults: into .build/faults, with fault points around the ports, for tests that crash it.
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, sourceStamp } from "./sources.mjs";

export async function build(stamp = sourceStamp()) {
  const dist = join(root, "dist");
  await bundleInto(dist, { faults: false });
  writeFileSync(join(dist, "build-stamp"), stamp);
}

async function bundleInto(dir, { faults }) {
  const { rolldown } = await import("rolldown");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  const bundle = await rolldown({
    cwd: root,
    input: { verdigris: "src/main/verdigris.ts" },
    platform: "node",
    // A native binding and clients that are loaded only where they are used stay packages.
    external: [/^libsql/, /^@aws-sdk\//],
    transform: { define: { __VERSION__: JSON.stringify(version), __FAULTS__: String(faults) } },
  });
  rmSync(dir, { recursive: true, force: true });
  await bundle.write({
    dir,
    format: "esm",
    entryFileNames: "[name].js",
    chunkFileNames: "chunks/[name]-[hash].js",
    banner: (chunk) => (chunk.isEntry ? "#!/usr/bin/env node" : ""),
    sourcemap: true,
  });
  await bundle.close();
  chmodSync(join(dir, "verdigris.js"), 0o755);
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? "").href) {
  if (process.argv.includes("--faults")) {
    await bundleInto(join(root, ".build", "faults"), { faults: true });
  } else {
    await build();
  }
}
