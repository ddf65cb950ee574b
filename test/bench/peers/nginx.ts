import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { accepts, freePort, type Running, start } from "../frame/programs.ts";

export interface Listening {
  readonly program: Running;
  readonly port: number;
}

/** A server of the files in `root`, with an answer at /health: what every proxy stands in front of. */
export function startNginxFiles(processor: number, folder: string, root: string) {
  return startNginx(processor, folder, (port) => [
    "open_file_cache max=10;",
    "sendfile on; tcp_nopush on;",
    `server { listen 127.0.0.1:${port} backlog=1024; root ${root};`,
    'location = /health { return 200 "ok"; } }',
  ]);
}

/** nginx as a reverse proxy with keep-alive on both legs and the header fields that Verdigris adds. */
export function startNginxProxy(processor: number, folder: string, upstreamPort: number) {
  return startNginx(processor, folder, (port) => [
    `upstream side { server 127.0.0.1:${upstreamPort}; keepalive 256; keepalive_requests 100000000; }`,
    `server { listen 127.0.0.1:${port} backlog=1024; location / {`,
    'proxy_pass http://side; proxy_http_version 1.1; proxy_set_header Connection "";',
    "proxy_set_header Host $http_host;",
    "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;",
    "proxy_set_header X-Forwarded-Proto http;",
    "proxy_set_header X-Forwarded-Port $server_port;",
    "proxy_set_header X-Forwarded-Host $http_host; } }",
  ]);
}

async function startNginx(
  processor: number,
  folder: string,
  http: (port: number) => readonly string[],
): Promise<Listening> {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const file = join(folder, "nginx.conf");
  const temporary = ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"];
  await writeFile(
    file,
    [
      "daemon off; master_process off; worker_processes 1;",
      `pid ${join(folder, "pid")}; error_log ${join(folder, "error.log")} crit;`,
      "events { worker_connections 2048; }",
      "http { access_log off; keepalive_requests 100000000;",
      ...temporary.map((one) => `${one}_temp_path ${join(folder, one)};`),
      ...http(port),
      "}",
    ].join("\n"),
  );
  const program = start(processor, ["nginx", "-c", file, "-e", join(folder, "error.log")]);
  await program.ready(() => accepts(port));
  return { program, port };
}
