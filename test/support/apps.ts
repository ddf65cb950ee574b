/** A configuration with times short enough for tests. */
export function configuration(
  build: string,
  options: { readonly name?: string; readonly flip?: string; readonly tasks?: number } = {},
): string {
  const { name = "site", flip = "drain: 1s", tasks = 1 } = options;
  return `app: ${name}
build:
${build}
environments:
  test:
    kind: single
    record: test.${name}.test
    ttl: 1s
  production:
    kind: blue-green
    record: ${name}.test
    preview: standby.${name}.test
    ttl: 1s
    tasks: ${tasks}
    flip: { ${flip} }
`;
}

/** An app of one file that says its version, where it runs, and how it was asked. */
export const SERVER = `import { createServer } from "node:http";
import { version } from "./version.js";
const server = createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ version, side: process.env.VERDIGRIS_SIDE, pid: process.pid, path: request.url }));
});
server.listen(process.env.PORT, process.env.HOST);
process.on("SIGTERM", () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;

export function app(version: string, options: Parameters<typeof configuration>[1] = {}) {
  return {
    ".gitignore": ".verdigris/\n",
    "package.json": '{ "type": "module" }\n',
    "server.js": SERVER,
    "version.js": `export const version = ${JSON.stringify(version)};\n`,
    "check.js":
      'import { version } from "./version.js";\nif (version.includes("bad")) { console.error("the version is bad"); process.exit(1); }\n',
    "verdigris.yaml": configuration(
      "  validate: node check.js\n  start: node server.js\n  health: /health",
      options,
    ),
  };
}
