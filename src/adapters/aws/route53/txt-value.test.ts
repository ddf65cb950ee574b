import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { quotedText, unquotedText } from "./txt-value.ts";

const TEXT = fc.oneof(
  fc.string({ unit: "binary", maxLength: 700 }),
  fc.string({ unit: fc.constantFrom('"', "\\", "1", "0", "é", "\n", " ", "a"), maxLength: 600 }),
);

describe("the text of a TXT record", () => {
  it("comes back as it was, whatever it is", () => {
    fc.assert(fc.property(TEXT, (text) => unquotedText(quotedText(text)) === text));
  });

  it("is quoted the same after it was read, so that a removal matches", () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        const value = quotedText(text);
        return quotedText(unquotedText(value)) === value;
      }),
    );
  });

  it("is sent in printable ASCII, in strings of at most 255 octets", () => {
    fc.assert(
      fc.property(TEXT, (text) => {
        const value = quotedText(text);
        expect(value).toMatch(/^[ -~]*$/);
        const strings = value.match(/"(?:[^"\\]|\\[0-3][0-7]{2}|\\["\\])*"/g) ?? [];
        expect(strings.join(" ")).toBe(value);
        for (const string of strings) {
          const octets = string.slice(1, -1).replace(/\\[0-3][0-7]{2}|\\["\\]/g, "x").length;
          expect(octets).toBeLessThanOrEqual(255);
        }
      }),
    );
  });

  it.each([
    ["verdigris environment=rainbow/production revision=41"],
    ["with spaces and; semicolons"],
  ])("needs no escape when it is plain: %s", (text) => {
    expect(quotedText(text)).toBe(`"${text}"`);
  });

  it("has its quotes, backslashes and other octets escaped as Route 53 asks", () => {
    expect(quotedText('say "hi" \\ ü\n')).toBe('"say \\"hi\\" \\\\ \\303\\274\\012"');
    expect(quotedText("")).toBe('""');
    expect(quotedText("x".repeat(256))).toBe(`"${"x".repeat(255)}" "x"`);
  });

  it.each([
    ["strings that another tool cut otherwise", '"v=spf1 " "-all"', "v=spf1 -all"],
    ["strings without a space between them", '"v=DKIM1; ""k=rsa"', "v=DKIM1; k=rsa"],
    ["escapes that were not needed", '"\\141\\;"', "a;"],
    ["a string without quotes", "bare", "bare"],
  ])("is read from %s", (_what, value, text) => {
    expect(unquotedText(value)).toBe(text);
  });
});
