import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";
import { parseCall } from "../parse-call.ts";
import { VERBS } from "../verbs.ts";

const TEXT = readFileSync(fileURLToPath(new URL("../../../docs/ci.md", import.meta.url)), "utf8");

describe("docs/ci.md", () => {
  const policies = [...TEXT.matchAll(/```json\n([\s\S]*?)```/g)].map(([, json = ""]) =>
    JSON.parse(json),
  );

  test("has a policy for each CI system, which lets in one repository and one branch", () => {
    expect(policies).toHaveLength(3);
    for (const { Statement } of policies) {
      const [{ Action, Condition }] = Statement;
      expect(Action).toBe("sts:AssumeRoleWithWebIdentity");
      const conditions = Object.assign({}, ...Object.values(Condition)) as Record<string, unknown>;
      const audiences = Object.keys(conditions).filter((key) => key.endsWith(":aud"));
      const subjects = Object.entries(conditions).filter(([key]) => key.endsWith(":sub"));
      expect(audiences).toHaveLength(1);
      for (const subject of subjects.flatMap(([, value]) => value as string | string[])) {
        expect(subject).toMatch(/acme\/rainbow/);
        expect(subject).toMatch(/master$|:environment:production$/);
      }
      expect(subjects).toHaveLength(1);
    }
  });

  test("names commands that there are, with flags that they have", async () => {
    const lines = [...TEXT.matchAll(/^(?:npx )?verdigris ([^#\n]*)/gm)].map(([, line = ""]) =>
      line.trim(),
    );
    expect(lines.length).toBeGreaterThan(8);
    for (const line of lines) {
      const [name, ...words] = line.replaceAll("$COMMIT", "a".repeat(40)).split(" ");
      const verb = await VERBS.find((one) => one.name === name)?.load();
      if (!verb) throw new Error(`there is no verb ${name}`);
      const said = words.map((word) =>
        word.replaceAll('"', "").replace("$DIGEST", `sha256:${"0".repeat(64)}`),
      );
      expect(() => parseCall(verb, said), line).not.toThrow();
    }
  });
});
