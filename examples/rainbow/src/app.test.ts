import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { after, before, describe, test } from "node:test";
import { answer } from "./app.js";
import { identify } from "./identity.js";
import { page } from "./page.js";
import { version } from "./version.js";

const ON_GREEN = {
  VERDIGRIS_SIDE: "green",
  VERDIGRIS_ENVIRONMENT: "rainbow/production",
  VERDIGRIS_RELEASE: "3f2a9c1",
};

describe("the app", () => {
  const server = createServer(answer);
  let address = "";

  before(async () => {
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    address = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });
  after(() => {
    server.closeAllConnections();
    server.close();
  });

  test("is healthy", async () => {
    const response = await fetch(`${address}/health`);
    assert.equal(response.status, 200);
    assert.equal(await response.text(), "ok\n");
  });

  test("tells programs who answers, and that the answer must not be kept", async () => {
    const response = await fetch(`${address}/api/info?now`);
    assert.equal(response.headers.get("content-type"), "application/json; charset=utf-8");
    assert.equal(response.headers.get("cache-control"), "no-store");
    const { uptimeSeconds, ...who } = (await response.json()) as Record<string, unknown>;
    const { uptimeSeconds: _, ...expected } = identify(process.env);
    assert.deepEqual(who, expected);
    assert.equal(typeof uptimeSeconds, "number");
  });

  test("shows people the same, and serves the script that keeps it true", async () => {
    const html = await (await fetch(address)).text();
    assert.ok(html.includes(`<span data-fact="version">${version}</span>`));
    const script = await fetch(`${address}/watch.js`);
    assert.equal(script.headers.get("content-type"), "text/javascript; charset=utf-8");
    assert.match(await script.text(), /fetch\("\/api\/info"/);
  });

  test("answers HEAD without a body", async () => {
    const response = await fetch(`${address}/api/info`, { method: "HEAD" });
    assert.equal(response.status, 200);
    assert.equal(await response.text(), "");
  });

  for (const path of ["/nowhere", "//", "/%"]) {
    test(`has nothing at ${path}`, async () => {
      assert.equal((await fetch(`${address}${path}`)).status, 404);
    });
  }

  test("takes no POST", async () => {
    const response = await fetch(address, { method: "POST", body: "x" });
    assert.equal(response.status, 405);
    assert.equal(response.headers.get("allow"), "GET, HEAD");
  });
});

test("the side, the environment and the release come from Verdigris", () => {
  const { side, environment, release } = identify(ON_GREEN);
  assert.deepEqual([side, environment, release], ["green", "rainbow/production", "3f2a9c1"]);
});

test("without Verdigris the side is local", () => {
  assert.equal(identify({}).side, "local");
});

test("the page takes the colour of the side", () => {
  assert.match(page(identify(ON_GREEN)), /<html lang="en" data-side="green">/);
});

test("what the page shows is text, never markup", () => {
  const html = page(identify({ VERDIGRIS_RELEASE: '"><script>alert(1)</script>' }));
  assert.ok(!html.includes("<script>alert"));
});
