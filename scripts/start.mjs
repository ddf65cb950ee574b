// `npm start`: installs and builds what is missing, then runs the demo with the arguments given.
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { ensureBuilt, ensureInstalled } from "./ensure.mjs";
import { root } from "./sources.mjs";

ensureInstalled();
await ensureBuilt();
const entry = join(root, "dist", "verdigris.js");
process.argv = [process.execPath, entry, "demo", ...process.argv.slice(2)];
await import(pathToFileURL(entry).href);
