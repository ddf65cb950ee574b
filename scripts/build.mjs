// Bundles the command into dist/: one entry, and a chunk for each part that is loaded on demand; and
// into dist/lambda the operator as a Lambda function, in one file that needs no packages.
// With --faults: into .build/faults, with fault points around the ports, for tests that crash it.
import { chmodSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { root, sourceStamp } from "./sources.mjs";

export async function build(stamp = sourceStamp()) {
  const dist = join(root, "dist");
  await bundleInto(dist, { faults: false });
  await bundleFunctionInto(join(dist, "lambda"));
  writeFileSync(join(dist, "build-stamp"), stamp);
}

/** What is bundled alike. A native binding stays a package. */
async function bundleOf(input, faults) {
  const { rolldown } = await import("rolldown");
  const { version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
  return rolldown({
    cwd: root,
    input,
    platform: "node",
    external: [/^libsql/],
    // The clients of AWS have smaller modules beside what `main` names.
    resolve: { mainFields: ["module", "main"] },
    transform: { define: { __VERSION__: JSON.stringify(version), __FAULTS__: String(faults) } },
  });
}

/** Lambda takes a file that ends in .mjs for a module, without a package.json beside it. */
async function bundleFunctionInto(dir) {
  const bundle = await bundleOf({ lambda: "src/main/lambda.ts" }, false);
  await bundle.write({
    dir,
    format: "esm",
    entryFileNames: "[name].mjs",
    codeSplitting: false,
  });
  await bundle.close();
}

async function bundleInto(dir, { faults }) {
  const bundle = await bundleOf({ verdigris: "src/main/verdigris.ts" }, faults);
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
