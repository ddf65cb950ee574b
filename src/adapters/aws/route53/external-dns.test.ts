import { expect, it } from "vitest";
import { markNames, ownersIn } from "./external-dns.ts";

const mark = (Name: string, text: string) => ({
  Name,
  Type: "TXT" as const,
  TTL: 300,
  ResourceRecords: [{ Value: `"${text}"` }],
});
const HERITAGE =
  "heritage=external-dns,external-dns/owner=eks-prod,external-dns/resource=ingress/default/rainbow";

it.each([
  ["A", "rainbow.example.com."],
  ["A", "a-rainbow.example.com."],
  ["CNAME", "cname-rainbow.example.com."],
] as const)("a mark of a record of type %s at %s tells who owns the name", (type, name) => {
  const owners = ownersIn([mark(name, HERITAGE)]);
  expect(owners.get("rainbow.example.com")).toBe("owned by external-dns (eks-prod)");
  expect(markNames({ name: "rainbow.example.com", type })).toContain(name.slice(0, -1));
});

it("another text is no mark", () => {
  const texts = ["v=spf1 -all", "see heritage=external-dns-docs", "heritage=verdigris"];
  expect(ownersIn(texts.map((text) => mark("rainbow.example.com.", text)))).toEqual(new Map());
});
