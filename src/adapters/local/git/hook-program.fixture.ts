import { readFileSync, writeFileSync } from "node:fs";
import { postReceive, preReceive } from "./receive.ts";

const [, , , hook] = process.argv;
const input = readFileSync(0, "utf8").split("\n").filter(Boolean);

if (hook === "post-receive") {
  writeFileSync("received.json", JSON.stringify(postReceive(input)));
} else {
  const answer = await preReceive(process.cwd(), input);
  for (const line of answer.lines) process.stderr.write(`${line}\n`);
  process.exitCode = answer.accept ? 0 : 1;
}
