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

/** An app of one file that says, after some milliseconds, its version, where it runs, and how it was asked. */
const server = (answerMs: number) => `import { createServer } from "node:http";
import { version } from "./version.js";
const server = createServer((request, response) => {
  response.setHeader("content-type", "application/json");
  const said = { version, side: process.env.VERDIGRIS_SIDE, pid: process.pid, path: request.url };
  setTimeout(() => response.end(JSON.stringify(said)), ${answerMs});
});
server.listen(process.env.PORT, process.env.HOST);
process.on("SIGTERM", () => { server.close(() => process.exit(0)); server.closeIdleConnections(); });
`;

export function app(
  version: string,
  {
    answerMs = 0,
    ...options
  }: Parameters<typeof configuration>[1] & { readonly answerMs?: number } = {},
) {
  return {
    ".gitignore": ".verdigris/\n",
    "package.json": '{ "type": "module" }\n',
    "server.js": server(answerMs),
    "version.js": `export const version = ${JSON.stringify(version)};\n`,
    "check.js":
      'import { version } from "./version.js";\nif (version.includes("bad")) { console.error("the version is bad"); process.exit(1); }\n',
    "verdigris.yaml": configuration(
      "  validate: node check.js\n  start: node server.js\n  health: /health",
      options,
    ),
  };
}
