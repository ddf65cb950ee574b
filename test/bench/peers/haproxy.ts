import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { accepts, freePort, start } from "../frame/programs.ts";
import type { Listening } from "./nginx.ts";

/** HAProxy with health checks, keep-alive on both legs and the header fields that Verdigris adds. */
export async function startHaproxy(
  processor: number,
  folder: string,
  upstreamPort: number,
): Promise<Listening> {
  await mkdir(folder, { recursive: true });
  const port = await freePort();
  const file = join(folder, "haproxy.cfg");
  await writeFile(
    file,
    [
      "global",
      "  nbthread 1",
      "  maxconn 2000",
      "defaults",
      "  mode http",
      "  timeout connect 3s",
      "  timeout client 60s",
      "  timeout server 60s",
      "  option forwardfor",
      "  http-reuse always",
      "frontend side",
      `  bind 127.0.0.1:${port}`,
      "  default_backend tasks",
      "backend tasks",
      "  option httpchk GET /health",
      "  http-request set-header X-Forwarded-Proto http",
      "  http-request set-header X-Forwarded-Port %[dst_port]",
      "  http-request set-header X-Forwarded-Host %[req.hdr(host)]",
      `  server t1 127.0.0.1:${upstreamPort} check inter 2s`,
      "",
    ].join("\n"),
  );
  const program = start(processor, ["haproxy", "-db", "-f", file]);
  await program.ready(() => accepts(port));
  return { program, port };
}
