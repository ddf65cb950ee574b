import fc from "fast-check";

/** Everything after the target that a request may say about its body, and what hides in it. */
const FRAMINGS: readonly (readonly string[])[] = [
  [],
  ["Content-Length: 5"],
  ["Content-Length: 0"],
  ["Content-Length: 5", "Content-Length: 5"],
  ["Content-Length: 5", "Content-Length: 6"],
  ["Content-Length: 5, 5"],
  ["Content-Length: 5, 6"],
  ["Content-Length: +5"],
  ["Content-Length: -5"],
  ["Content-Length: 0x5"],
  ["Content-Length: 5 5"],
  ["Content-Length: 05"],
  ["Content-Length: 5\t"],
  ["Content-Length:5"],
  ["Content-Length:"],
  ["Content-Length: 5e0"],
  ["Content-Length: 99999999999999999999999"],
  ["Content-Length : 5"],
  ["Content-Length\t: 5"],
  [" Content-Length: 5"],
  ["Content_Length: 5"],
  ["Transfer-Encoding: chunked"],
  ["transfer-encoding:chunked"],
  ["Transfer-Encoding: Chunked"],
  ["Transfer-Encoding:\tchunked"],
  ["Transfer-Encoding: \x0bchunked"],
  ["Transfer-Encoding: chunked\x0c"],
  ["Transfer-Encoding: xchunked"],
  ["Transfer-Encoding: chunkedx"],
  ["Transfer-Encoding: chunked,"],
  ["Transfer-Encoding: ,chunked"],
  ["Transfer-Encoding: chunked, identity"],
  ["Transfer-Encoding: identity, chunked"],
  ["Transfer-Encoding: identity"],
  ["Transfer-Encoding: gzip, chunked"],
  ["Transfer-Encoding: chunked, chunked"],
  ["Transfer-Encoding: 'chunked'"],
  ['Transfer-Encoding: "chunked"'],
  ["Transfer-Encoding: chunked;q=1"],
  ["Transfer-Encoding: chunked", "Transfer-Encoding: chunked"],
  ["Transfer-Encoding: chunked", "Transfer-Encoding: identity"],
  ["Transfer-Encoding: identity", "Transfer-Encoding: chunked"],
  ["Transfer-Encoding:", "Transfer-Encoding: chunked"],
  ["Transfer-Encoding:\r\n chunked"],
  ["Transfer-Encoding:\n chunked"],
  ["Transfer-Encoding : chunked"],
  ["Transfer-Encoding\x00: chunked"],
  ["Transfer-Encoding: chunked\x00"],
  ["X: y\nTransfer-Encoding: chunked"],
  ["X: y\rTransfer-Encoding: chunked"],
  ["X: y\x00\r\nTransfer-Encoding: chunked"],
  ["Transfer-Encoding: chunked", "Content-Length: 5"],
  ["Content-Length: 5", "Transfer-Encoding: chunked"],
  ["Content-Length: 5", "Transfer-Encoding: identity"],
  ["Content-Length: 5", "Transfer_Encoding: chunked"],
];

const FIELDS = [
  "Connection: close",
  "Connection: keep-alive",
  "Connection: close, X-Forwarded-For, X-Forwarded-Host, Host, Content-Length",
  "Connection: Transfer-Encoding",
  "Connection: X-Real",
  "Connection: Upgrade",
  "Connection: Upgrade, HTTP2-Settings",
  "Upgrade: h2c",
  "Upgrade: websocket",
  "HTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA",
  "X-Real: yes",
  "X-Forwarded-For: 192.0.2.1",
  "X-Forwarded-For: 192.0.2.2",
  "X-Forwarded-Host: evil.test",
  "X-Forwarded-Proto: https",
  "Forwarded: for=192.0.2.3",
  "Expect: 100-continue",
  "Expect: 200-ok",
  "TE: trailers, chunked",
  "Trailer: Content-Length",
  "Keep-Alive: timeout=0, max=0",
  "Proxy-Connection: keep-alive",
  "Host: other.test",
  "X-Long: ".padEnd(9_000, "x"),
  "X-Latin: \xe9\xff",
  "X-Folded: 1\r\n 2",
  "X-Empty:",
  ": nameless",
  "X-Space : 1",
  "X-Nul: \x00",
  "X-Bell: \x07",
];

const METHODS = [
  "GET",
  "POST",
  "POST",
  "PUT",
  "HEAD",
  "DELETE",
  "OPTIONS",
  "TRACE",
  "PATCH",
  "get",
  "PRI",
  "CONNECT",
  "G@T",
  "M-SEARCH",
];
const VERSIONS = [
  "HTTP/1.1",
  "HTTP/1.1",
  "HTTP/1.1",
  "HTTP/1.1",
  "HTTP/1.0",
  "HTTP/2.0",
  "HTTP/0.9",
  "HTTP/1.2",
  "HTTP/1.10",
  "http/1.1",
  "HTTP/1.1 ",
  "",
];
const TARGETS = [
  "/ID/",
  "/ID/",
  "/ID/",
  "/ID/?a=b#c",
  "/ID/%00",
  "/ID/\xe9",
  "/ID/ x",
  "//ID/",
  "http://a/ID/",
  "http://other.test/ID/",
  "a:80/ID/",
  "*",
  "/ID/\\..\\",
  "/ID/\t",
];
const BODIES = [
  "",
  "hello",
  "0\r\n\r\n",
  "5\r\nhello\r\n0\r\n\r\n",
  "5;a=b\r\nhello\r\n0\r\n\r\n",
  "5 ;a\r\nhello\r\n0;x\r\n\r\n",
  "5\nhello\n0\n\n",
  "5\r\nhello0\r\n\r\n",
  "5\r\nhello\r\n0\r\nX-Trailer: 1\r\nContent-Length: 9\r\n\r\n",
  "5\r\nhello\r\n0\r\n: bad\r\n\r\n",
  "5\r\nhello\r\n0\r\n\r",
  "5\r\nhello\r\n00000000000000000\r\n\r\n",
  "100000005\r\nhello\r\n0\r\n\r\n",
  "FFFFFFFFFFFFFFFF5\r\nhello\r\n0\r\n\r\n",
  "0x5\r\nhello\r\n0\r\n\r\n",
  "-5\r\nhello\r\n0\r\n\r\n",
  "5\x0b\r\nhello\r\n0\r\n\r\n",
  "5\r\r\nhello\r\n0\r\n\r\n",
  "5;\nxx\r\nhello\r\n0\r\n\r\n",
  "2;\nxx\r\n4c\r\n0\r\n\r\n",
  " 5\r\nhello\r\n0\r\n\r\n",
  "\r\n5\r\nhello\r\n0\r\n\r\n",
];
const OCTETS = [
  "\r",
  "\n",
  "\r\n",
  "\0",
  " ",
  "\t",
  ":",
  ";",
  ",",
  "\x0b",
  "\x85",
  "\xa0",
  "0",
  "5",
  "\r\n ",
  "a",
];

/** A change of single octets anywhere but in the case's own mark. */
const MUTATION = fc.record({
  at: fc.nat(2_000),
  how: fc.constantFrom("insert" as const, "drop" as const, "replace" as const),
  octets: fc.constantFrom(...OCTETS),
});

const ODD = fc.record({
  method: fc.constantFrom(...METHODS),
  target: fc.oneof(
    { weight: 3, arbitrary: fc.constant("/ID/") },
    { weight: 1, arbitrary: fc.constantFrom(...TARGETS) },
  ),
  version: fc.oneof(
    { weight: 6, arbitrary: fc.constant("HTTP/1.1") },
    { weight: 1, arbitrary: fc.constantFrom(...VERSIONS) },
  ),
  framing: fc.constantFrom(...FRAMINGS),
  fields: fc.array(fc.constantFrom(...FIELDS), { maxLength: 2 }),
  body: fc.constantFrom(...BODIES),
  hosts: fc.constantFrom(1, 1, 1, 1, 1, 1, 0, 2),
});

type Made<Arbitrary> = Arbitrary extends fc.Arbitrary<infer Value> ? Value : never;
type Mutation = Made<typeof MUTATION>;
type OddRequest = Made<typeof ODD>;

/** Nothing is wrong with these, and all may hide a request in the body. */
const SOUND: fc.Arbitrary<OddRequest> = fc
  .record({
    method: fc.constantFrom("GET", "POST", "PUT", "DELETE"),
    bodied: fc.constantFrom(
      { framing: [], body: "" },
      { framing: ["Content-Length: 5"], body: "hello" },
      { framing: ["Content-Length: 19"], body: "GET /x HTTP/1.1\r\n\r\n" },
      { framing: ["Transfer-Encoding: chunked"], body: "5\r\nhello\r\n0\r\n\r\n" },
      { framing: ["Transfer-Encoding: Chunked"], body: "5;a=b\r\nhello\r\n0\r\nX-T: 1\r\n\r\n" },
    ),
    fields: fc.array(fc.constantFrom(...FIELDS.slice(0, 15)), { maxLength: 3 }),
  })
  .map(({ method, bodied, fields }) => ({
    ...{ method, target: "/ID/", version: "HTTP/1.1", hosts: 1, fields },
    ...bodied,
  }));

const REQUEST: fc.Arbitrary<OddRequest> = fc.oneof(SOUND, ODD);

/**
 * What a client sends on one connection: an odd request, what it may try to smuggle, and a plain one
 * to follow. `ID` stands for the case's mark in every target; no two have the same path.
 */
export const CONVERSATION: fc.Arbitrary<string> = fc
  .record({
    odd: fc.array(REQUEST, { minLength: 1, maxLength: 2 }),
    smuggled: fc.boolean(),
    mutations: fc.oneof(
      { weight: 2, arbitrary: fc.constant<Mutation[]>([]) },
      { weight: 1, arbitrary: fc.array(MUTATION, { minLength: 1, maxLength: 3 }) },
    ),
  })
  .map(({ odd, smuggled, mutations }) => {
    const hidden = smuggled ? "GET /ID/smuggled HTTP/1.1\r\nHost: a\r\n\r\n" : "";
    const last = "GET /ID/last HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n";
    return mutations.reduce(mutated, odd.map(written).join("") + hidden) + last;
  });

function written(request: OddRequest, index: number): string {
  const { method, target, version, framing, fields, body, hosts } = request;
  const path = target.replace("/ID/", `/ID/${index}`);
  const head = [
    `${method} ${path} ${version}`.trimEnd(),
    ...Array.from({ length: hosts }, () => "Host: a"),
    ...framing,
    ...fields,
    "",
    "",
  ];
  return head.join("\r\n") + body;
}

function mutated(text: string, { at, how, octets }: Mutation): string {
  const place = at % text.length;
  if (/[ID]/.test(text.slice(Math.max(0, place - 2), place + 2))) return text;
  const behind = text.slice(how === "insert" ? place : place + 1);
  return text.slice(0, place) + (how === "drop" ? "" : octets) + behind;
}
