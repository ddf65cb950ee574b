import { createHmac } from "node:crypto";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { by, rainbow } from "../../test/support/engine.ts";
import type { RunningOperator } from "../app/create-operator.ts";
import type { Operator } from "../app/operator.ts";
import { mustConform } from "./conformance.fixture.ts";
import { type Answer, type Served, served } from "./served.fixture.ts";

const SECRET = "a secret of the webhook";
const PATH = "/api/v1/webhooks/github";
const PUSH = JSON.stringify({
  ref: "refs/heads/master",
  repository: { full_name: "Acme/Rainbow", html_url: "https://github.com/Acme/Rainbow" },
});

describe("a webhook of GitHub", () => {
  let api: Served;
  let noticed: string[];
  let failing: string | undefined;

  beforeAll(async () => {
    api = await served({ parts, options: { githubWebhookSecret: SECRET } });
    const { operator } = api;
    await operator.apps.configure(
      { ...rainbow(), repository: "github.com/acme/rainbow" },
      by("me"),
    );
    for (const [app, repository] of [
      ["moon", "github.com/acme/rainbow"],
      ["sun", "git.example.com/acme/rainbow"],
      ["star", undefined],
    ] as const) {
      const more = repository === undefined ? {} : { repository };
      await operator.apps.configure({ ...rainbow({}), app, ...more }, by("me"));
    }
  });

  beforeEach(() => {
    noticed = [];
    failing = undefined;
  });

  afterAll(() => api.stop());

  function parts(operator: RunningOperator): Partial<Operator> {
    return {
      apps: {
        list: () => operator.apps.list(),
        get: (name) => operator.apps.get(name),
        configure: (...args) => operator.apps.configure(...args),
        merge: (...args) => operator.apps.merge(...args),
        async notice(name) {
          if (name === failing) throw new Error("no connection to the repository");
          noticed.push(name);
          return [];
        },
      },
    };
  }

  it("that tells of a push has commits looked for, in every app of that repository", async () => {
    const answer = await send(PUSH);
    expect(answer.status).toBe(200);
    expect(answer.json).toEqual({ outcome: "noticed", apps: ["moon", "rainbow"] });
    expect(noticed.sort()).toEqual(["moon", "rainbow"]);
    mustConform("post", PATH, 200, "application/json", answer.json);
  });

  it("may come again, with the same delivery", async () => {
    const headers = { "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958" };
    for (let i = 0; i < 2; i++) expect((await send(PUSH, { headers })).status).toBe(200);
  });

  it("of another host's repository concerns the apps of that one", async () => {
    const html_url = "https://git.example.com/acme/rainbow";
    await send(JSON.stringify({ repository: { html_url } }));
    expect(noticed).toEqual(["sun"]);
  });

  it("that is a ping is answered, and looks for nothing", async () => {
    const answer = await send('{"zen":"Keep it logically awesome."}', { event: "ping" });
    expect(answer.json).toEqual({ outcome: "pong", apps: [] });
    expect(noticed).toEqual([]);
  });

  it.each(["issues", "deployment_status", undefined])(
    "of the event %s is ignored",
    async (event) => {
      const answer = await send(PUSH, { event });
      expect(answer.json).toEqual({ outcome: "ignored", apps: [] });
      expect(noticed).toEqual([]);
    },
  );

  it.each([
    ["without a signature", undefined],
    ["signed by another secret", sign(PUSH, "another secret")],
    ["with another body's signature", sign(`${PUSH} `, SECRET)],
    ["with an old signature", createHmac("sha1", SECRET).update(PUSH).digest("hex")],
    ["with half of its signature", sign(PUSH, SECRET).slice(0, 39)],
    ["with a signature in capitals", sign(PUSH, SECRET).toUpperCase()],
  ])("%s is refused, and its body is not read", async (_, signature) => {
    const answer = await send(PUSH, { signature });
    expect(answer.status).toBe(401);
    expect(answer.json.error.code).toBe("unauthorized");
    const notJson = await send("{", { signature });
    expect(notJson.status).toBe(401);
    expect(noticed).toEqual([]);
    mustConform("post", PATH, 401, "application/json", answer.json);
  });

  it("is checked byte by byte, before it is text", async () => {
    const bytes = Buffer.from([0x7b, 0xff, 0x7d]);
    const answer = await sendBytes(bytes, sign(bytes, SECRET));
    expect(answer.status).toBe(400);
    expect((await sendBytes(bytes, sign(bytes, "another"))).status).toBe(401);
  });

  it.each([
    ["{", "not JSON"],
    ["[]", "names no repository"],
    ['{"repository":{}}', "names no repository"],
    ["", "not JSON"],
  ])("that is signed and has the body %j is a bad request", async (body, says) => {
    const answer = await send(body);
    expect(answer.status).toBe(400);
    expect(answer.json.error.message).toContain(says);
    expect(noticed).toEqual([]);
  });

  it("is taken up to one mebibyte", async () => {
    const { repository } = JSON.parse(PUSH);
    const large = (bytes: number) => {
      const empty = JSON.stringify({ repository, filler: "" });
      return JSON.stringify({ repository, filler: "x".repeat(bytes - empty.length) });
    };
    expect((await send(large(1024 * 1024))).status).toBe(200);
    const answer = await send(large(1024 * 1024 + 1));
    expect(answer.status).toBe(413);
    expect(answer.json.error.message).toContain("larger than 1024 KiB");
    mustConform("post", PATH, 413, "application/json", answer.json);
  });

  it("must be JSON, as the webhook's settings say", async () => {
    const body = `payload=${encodeURIComponent(PUSH)}`;
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    expect((await send(body, { headers })).status).toBe(415);
  });

  it("is failed where one app can't be looked at, after the others were", async () => {
    failing = "moon";
    const answer = await send(PUSH);
    expect(answer.status).toBe(500);
    expect(noticed).toEqual(["rainbow"]);
  });

  it("leaves neither secret nor body in the log", async () => {
    await send(PUSH, { signature: sign(PUSH, "another secret") });
    const logged = api.logged.join();
    expect(logged).toContain("unauthorized");
    for (const secret of [SECRET, sign(PUSH, SECRET), "refs/heads/master"]) {
      expect(logged).not.toContain(secret);
    }
  });

  it.each([undefined, ""])("is refused by an operator whose secret is %j", async (secret) => {
    const options = secret === undefined ? {} : { githubWebhookSecret: secret };
    const closed = await served({ options });
    try {
      for (const by of ["", "undefined", SECRET]) {
        const answer = await send(PUSH, { signature: sign(PUSH, by), to: closed });
        expect(answer.status).toBe(401);
        expect(answer.json.error.message).toContain("VERDIGRIS_GITHUB_WEBHOOK_SECRET");
      }
    } finally {
      await closed.stop();
    }
  });

  interface Sending {
    readonly event?: string | undefined;
    readonly signature?: string | undefined;
    readonly headers?: Readonly<Record<string, string>>;
    readonly to?: Served;
  }

  function send(body: string, sending: Sending = {}): Promise<Answer> {
    const { to = api, headers } = sending;
    const event = "event" in sending ? sending.event : "push";
    const signature = "signature" in sending ? sending.signature : sign(body, SECRET);
    return to.ask("POST", PATH, {
      role: null,
      body,
      headers: {
        "content-type": "application/json",
        ...(event === undefined ? {} : { "x-github-event": event }),
        ...(signature === undefined ? {} : { "x-hub-signature-256": signature }),
        ...headers,
      },
    });
  }

  function sendBytes(body: Uint8Array<ArrayBuffer>, signature: string): Promise<Response> {
    return fetch(`${api.url}${PATH}`, {
      method: "POST",
      body,
      headers: {
        "content-type": "application/json",
        "x-github-event": "push",
        "x-hub-signature-256": signature,
      },
    });
  }
});

function sign(body: string | Uint8Array, secret: string): string {
  return `sha256=${createHmac("sha256", secret).update(body).digest("hex")}`;
}
