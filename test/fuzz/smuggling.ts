import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type Socket } from "node:net";
import fc from "fast-check";
import { expect, onTestFinished } from "vitest";
import { CONVERSATION } from "./odd-requests.ts";
import type { Rounds } from "./rounds.ts";
import { readRequests, type StrictMessage, valuesOf } from "./strict-http.ts";

/** How long a connection may be silent before the proxy under test closes it: most cases wait for that. */
export const SILENCE_MS = 150;

/** Limits of a proxy that waits no longer than that. */
export const IMPATIENT = {
  requestHeaderMs: SILENCE_MS,
  bodyIdleMs: SILENCE_MS,
  clientKeepAliveMs: SILENCE_MS,
};

const CASES_AT_ONCE = 80;

/** An app that answers each request it can read by the letter, and keeps what it could not read. */
export async function strictApp() {
  const seen: StrictMessage[] = [];
  const malformed: string[] = [];
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    let unread = Buffer.alloc(0);
    sockets.add(socket);
    socket.on("close", () => sockets.delete(socket));
    socket.on("error", () => socket.destroy());
    socket.on("data", (chunk) => {
      unread = Buffer.concat([unread, chunk]);
      const { messages, rest } = readRequests(unread);
      if (rest === "malformed") {
        malformed.push(unread.toString("latin1"));
        socket.destroy();
        return;
      }
      if (messages.length === 0) return;
      if (messages.length > 1 || rest === "partial") malformed.push(unread.toString("latin1"));
      unread = Buffer.alloc(0);
      for (const message of messages) {
        if (message.start.startsWith("GET /health ")) {
          socket.end("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n");
          return;
        }
        seen.push(message);
        socket.write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
      }
    });
  });
  onTestFinished(() => {
    server.close();
    for (const socket of sockets) socket.destroy();
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return { host: "127.0.0.1", port, seen, malformed };
}

/** Sends the text on a connection of its own and resolves with all that came back when that is closed. */
export function converse(port: number, text: string): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port, allowHalfOpen: true });
    let received = "";
    const over = setTimeout(() => {
      received += "(not closed)";
      socket.destroy();
    }, 60_000);
    socket.on("data", (chunk) => {
      received += chunk.toString("latin1");
    });
    // An upgraded connection has no deadline: the client ends its side.
    socket.setTimeout(SILENCE_MS * 8, () => socket.end());
    socket.on("end", () => socket.end());
    socket.on("error", () => socket.destroy());
    socket.on("close", () => {
      clearTimeout(over);
      resolve(received);
    });
    socket.write(text, "latin1");
  });
}

/**
 * Whatever a client sends, the app gets exactly the requests that the letter of the RFC finds in it,
 * or fewer: no octet of a body is ever read as a request. `portOf` is where the proxy listens.
 */
export async function fuzzSmuggling(
  port: number,
  app: Awaited<ReturnType<typeof strictApp>>,
  { runs, seed }: Rounds,
): Promise<void> {
  const texts = fc.sample(CONVERSATION, { numRuns: runs, seed });
  const told: { readonly sent: string; readonly answer: string }[] = [];
  for (let from = 0; from < texts.length; from += CASES_AT_ONCE) {
    const cases = texts
      .slice(from, from + CASES_AT_ONCE)
      .map((text, index) => text.replaceAll("ID", `c${from + index}`));
    const answers = await Promise.all(cases.map((sent) => converse(port, sent)));
    told.push(...cases.map((sent, index) => ({ sent, answer: answers[index] ?? "" })));
    expect(app.malformed).toEqual([]);
  }
  // A request may reach the app a little after its client has gone: all are judged together.
  const got = new Map<number, StrictMessage[]>(told.map((_, index) => [index, []]));
  for (const message of app.seen) {
    const of = got.get(Number(/\/c(\d+)\//.exec(message.start)?.[1]));
    if (of === undefined) throw new Error(`no case asked for ${message.start}`);
    of.push(message);
  }
  for (const [index, { sent, answer }] of told.entries()) judge(sent, got.get(index) ?? [], answer);
  expect(app.seen.length).toBeGreaterThan(runs / 4);
}

function judge(sent: string, got: readonly StrictMessage[], answer: string): void {
  const shown = `${JSON.stringify(sent)}\n was answered\n${JSON.stringify(answer)}`;
  const { messages } = readRequests(Buffer.from(sent, "latin1"));
  const tell = ({ start, body }: StrictMessage) =>
    `${start.replace(/1\.0$/, "1.1")} ${body.toString("latin1")}`;
  const told = (all: readonly StrictMessage[]) => all.map(tell);
  const forwardable = messages.filter(({ start }) => start.split(" ")[1]?.startsWith("/"));
  if (answer.includes("HTTP/1.1 404 ")) {
    // A host that nobody knows is answered by the gateway, which goes on to the next request.
    expect(told(forwardable), shown).toEqual(expect.arrayContaining(told(got)));
    return;
  }
  // Safe requests may be carried out side by side.
  expect(told(got).sort(), shown).toEqual(told(forwardable.slice(0, got.length)).sort());
  expect(answer, shown).not.toContain("(not closed)");
  for (const message of got) {
    const { fields } = message;
    const asked = forwardable.find((one) => tell(one) === tell(message))?.fields ?? [];
    const hosts = valuesOf(asked, "host");
    // HTTP/1.0 may have none; the app is spoken to in HTTP/1.1, which must.
    if (hosts.length > 0) expect(valuesOf(fields, "host"), shown).toEqual(hosts);
    expect(valuesOf(fields, "x-forwarded-proto"), shown).toEqual(["http"]);
    expect(valuesOf(fields, "x-forwarded-host"), shown).toEqual(hosts);
    expect(valuesOf(fields, "x-forwarded-for").join(", "), shown).toMatch(/(^|, )127\.0\.0\.1$/);
    for (const name of ["expect", "te", "trailer", "keep-alive", "http2-settings"]) {
      expect(valuesOf(fields, name), shown).toEqual([]);
    }
    expect(valuesOf(fields, "connection").join(), shown).toMatch(/^(keep-alive|upgrade|close)$/i);
    const named = valuesOf(asked, "connection").join().toLowerCase().split(/ *, */);
    if (named.includes("x-real")) expect(valuesOf(fields, "x-real"), shown).toEqual([]);
  }
  const answered = answer.split("HTTP/1.1 200 OK\r\n").length - 1;
  expect(answered, shown).toBeLessThanOrEqual(got.length);
  if (messages.length === 0)
    expect(answer, shown).toMatch(/^(HTTP\/1\.1 100 Continue\r\n\r\n)?($|HTTP\/1\.1 [45])/);
}
