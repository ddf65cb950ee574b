import { connect } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { keyOf, type Sent, type Served, served } from "./served.fixture.ts";

const PRODUCTION = "/api/v1/apps/rainbow/environments/production";
const JSON_TYPE = { "content-type": "application/json" };

interface Case {
  readonly of: string;
  readonly method?: string;
  readonly path: string;
  readonly sent?: Sent;
  readonly status: number;
  /** Must be in the answer's text. */
  readonly says: string;
}

const CASES: readonly Case[] = [
  {
    of: "a body that is not JSON",
    path: `${PRODUCTION}/freeze`,
    sent: { body: '{"reason": ', headers: JSON_TYPE },
    status: 400,
    says: "not JSON",
  },
  {
    of: "JSON with a flaw, whose position is told",
    path: `${PRODUCTION}/freeze`,
    sent: { body: '{"reason": "x",}', headers: JSON_TYPE },
    status: 400,
    says: "position 15",
  },
  {
    of: "a body of another type",
    path: `${PRODUCTION}/freeze`,
    sent: { body: "reason=x", headers: { "content-type": "application/x-www-form-urlencoded" } },
    status: 415,
    says: "application/json",
  },
  {
    of: "a compressed body",
    path: `${PRODUCTION}/freeze`,
    sent: { body: {}, headers: { "content-encoding": "gzip" } },
    status: 415,
    says: "not compressed",
  },
  {
    of: "a configuration sent as JSON",
    method: "PUT",
    path: "/api/v1/apps/rainbow/configuration",
    sent: { body: {} },
    status: 415,
    says: "application/yaml or text/yaml",
  },
  {
    of: "a JSON body above 64 KiB",
    path: `${PRODUCTION}/freeze`,
    sent: { body: { reason: "x".repeat(64 * 1024) } },
    status: 413,
    says: "64 KiB",
  },
  {
    of: "a configuration above 1 MiB",
    method: "PUT",
    path: "/api/v1/apps/rainbow/configuration",
    sent: { body: "x".repeat(1024 * 1024 + 1), headers: { "content-type": "text/yaml" } },
    status: 413,
    says: "1024 KiB",
  },
  {
    of: "an unknown field",
    path: `${PRODUCTION}/freeze`,
    sent: { body: { raeson: "x" } },
    status: 400,
    says: "raeson",
  },
  {
    of: "a missing field",
    path: `${PRODUCTION}/flip`,
    status: 400,
    says: "to: ",
  },
  {
    of: "a list in place of the body",
    path: `${PRODUCTION}/freeze`,
    sent: { body: [] },
    status: 400,
    says: "expected object",
  },
  {
    of: "a reason above 1,000 characters",
    path: `${PRODUCTION}/freeze`,
    sent: { body: { reason: "x".repeat(1001) } },
    status: 400,
    says: "reason: ",
  },
  {
    of: "a command id with a space",
    path: `${PRODUCTION}/freeze`,
    sent: { body: { commandId: "a b" } },
    status: 400,
    says: "commandId: must be 1 to 128",
  },
  {
    of: "an Idempotency-Key with a space",
    path: `${PRODUCTION}/freeze`,
    sent: { headers: { "idempotency-key": "a b" } },
    status: 400,
    says: "Idempotency-Key",
  },
  {
    of: "two command ids that differ",
    path: `${PRODUCTION}/freeze`,
    sent: { body: { commandId: "a" }, headers: { "idempotency-key": "b" } },
    status: 400,
    says: "differ",
  },
  {
    of: "a revision below 0",
    path: `${PRODUCTION}/freeze`,
    sent: { body: { expectRevision: -1 } },
    status: 400,
    says: "expectRevision: ",
  },
  {
    of: "a dry run of a command that has none",
    path: "/api/v1/keys",
    sent: { body: { name: "ana", role: "viewer", dryRun: true } },
    status: 400,
    says: "dryRun",
  },
  {
    of: "a dry run asked for in the query of a command",
    path: `${PRODUCTION}/freeze?dryRun=true`,
    status: 400,
    says: "dryRun",
  },
  {
    of: "a misspelt dry run of a configuration",
    method: "PUT",
    path: "/api/v1/apps/rainbow/configuration?dryrun=true",
    sent: { body: "app: rainbow", headers: { "content-type": "text/yaml" } },
    status: 400,
    says: "dryrun",
  },
  {
    of: "a parameter given twice",
    method: "GET",
    path: `${PRODUCTION}/history?limit=1&limit=2`,
    status: 400,
    says: "limit: ",
  },
  {
    of: "a limit of 0",
    method: "GET",
    path: `${PRODUCTION}/history?limit=0`,
    status: 400,
    says: "limit: ",
  },
  {
    of: "a whole name where a short one belongs",
    method: "GET",
    path: "/api/v1/apps/rainbow/environments/rainbow%2Fproduction",
    status: 400,
    says: "env: ",
  },
  {
    of: "a path that breaks its encoding",
    method: "GET",
    path: "/api/v1/apps/rainbow/environments/%zz",
    status: 400,
    says: "env: ",
  },
  {
    of: "a configuration that can't be used",
    method: "PUT",
    path: "/api/v1/apps/rainbow/configuration",
    sent: { body: "environments:", headers: { "content-type": "application/yaml" } },
    status: 400,
    says: '"problems":[{"line":3,"column":7,"path":"environments","message":"is missing"}]',
  },
  {
    of: "the configuration of another app",
    method: "PUT",
    path: "/api/v1/apps/rainbow/configuration",
    sent: { body: "app: storm", headers: { "content-type": "text/yaml" } },
    status: 400,
    says: "of the app storm",
  },
  {
    of: "an address that is nothing",
    method: "GET",
    path: "/api/v1/nothing",
    status: 404,
    says: "not_found",
  },
  {
    of: "an app that is not there",
    method: "GET",
    path: "/api/v1/apps/storm/runs",
    status: 404,
    says: "unknown_app",
  },
  {
    of: "an environment that is not there",
    method: "GET",
    path: "/api/v1/apps/rainbow/environments/staging",
    status: 404,
    says: "unknown_environment",
  },
  {
    of: "a release that is not there",
    path: `${PRODUCTION}/deployments`,
    sent: { body: { release: "fffffff" } },
    status: 404,
    says: "unknown_release",
  },
  {
    of: "a flip request that is not there",
    method: "GET",
    path: `${PRODUCTION}/flip-requests/production-99`,
    status: 404,
    says: "unknown_request",
  },
  {
    of: "a method that the address does not take",
    method: "DELETE",
    path: `${PRODUCTION}/flip`,
    status: 405,
    says: "method_not_allowed",
  },
  {
    of: "a browser's question whether it may ask from elsewhere",
    method: "OPTIONS",
    path: "/api/v1/apps",
    status: 405,
    says: "method_not_allowed",
  },
];

describe("a request that is refused", () => {
  let api: Served;
  let before: number;

  beforeAll(async () => {
    api = await served();
    before = await revision();
  });

  afterAll(() => api.stop());

  async function revision(): Promise<number> {
    return (await api.ask("GET", PRODUCTION)).json.revision;
  }

  it.each(CASES)("because of $of", async ({ method = "POST", path, sent, status, says }) => {
    const answer = await api.ask(method, path, sent);
    expect(answer.text).toContain(says);
    expect(answer.status).toBe(status);
    expect(answer.json.error.message).toMatch(/[.?]$/);
  });

  it("changes nothing", async () => {
    for (const { method = "POST", path, sent } of CASES) await api.ask(method, path, sent);
    expect(await revision()).toBe(before);
  });

  it("is told which methods there are", async () => {
    const answer = await api.ask("DELETE", "/api/v1/apps/rainbow/releases");
    expect(answer.headers.get("allow")?.split(", ").sort()).toEqual(["GET", "HEAD", "POST"]);
  });

  it("for its size, although it did not tell its size", async () => {
    const chunk = `1000\r\n${"x".repeat(0x1000)}\r\n`;
    const answer = await raw(
      api.port,
      [
        `POST ${PRODUCTION}/freeze HTTP/1.1`,
        "host: localhost",
        `x-api-key: ${keyOf("admin")}`,
        "content-type: application/json",
        "transfer-encoding: chunked",
        "connection: close",
        "",
        `${chunk.repeat(17)}0\r\n\r\n`,
      ].join("\r\n"),
    );
    expect(answer).toContain("HTTP/1.1 413");
    expect(answer).toContain("payload_too_large");
  });

  it.each([
    [431, `GET /healthz HTTP/1.1\r\nHost: a\r\nX-Long: ${"x".repeat(20_000)}\r\n\r\n`],
    [400, "GET /healthz HTTP/1.1\nHost: a\n\n"],
    [400, "POST /healthz HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n"],
  ])("with %i before it can be read, in the shape of every error", async (status, text) => {
    const answer = await raw(api.port, text);
    expect(answer).toContain(`HTTP/1.1 ${status} `);
    expect(JSON.parse(answer.split("\r\n\r\n")[1] ?? "")).toMatchObject({
      error: { code: "bad_request", message: expect.stringContaining("Nothing was changed") },
    });
  });

  it("because it isn't UTF-8", async () => {
    const body = new Uint8Array([0x22, 0xff, 0x22]);
    const answer = await fetch(`${api.url}${PRODUCTION}/freeze`, {
      method: "POST",
      headers: { ...JSON_TYPE, "x-api-key": keyOf("admin") },
      body,
    });
    expect([answer.status, await answer.text()]).toEqual([400, expect.stringContaining("UTF-8")]);
  });

  it("because its Host is a stranger's, whoever asks", async () => {
    const asked = (host: string, path: string) =>
      raw(
        api.port,
        `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nx-api-key: ${keyOf("admin")}\r\nconnection: close\r\n\r\n`,
      );
    expect(await asked("evil.example", "/api/v1/apps")).toContain("HTTP/1.1 403");
    expect(await asked("evil.example", "/")).toContain("HTTP/1.1 403");
    expect(await asked("localhost:1", "/api/v1/apps")).toContain("HTTP/1.1 200");
    expect(await asked("10.0.0.9", "/healthz")).toContain("HTTP/1.1 200");
    expect(await asked("not a host", "/api/v1/apps")).toContain("HTTP/1.1 400");
  });
});

/** Sends exactly these bytes and returns all that comes back. */
function raw(port: number, text: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, "127.0.0.1", () => socket.write(text));
    let received = "";
    socket.setEncoding("utf8");
    socket.on("data", (chunk) => {
      received += chunk;
    });
    socket.on("end", () => resolve(received));
    socket.on("error", reject);
  });
}
