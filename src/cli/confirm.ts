import type { Call } from "./verb.ts";

/** Asks on the terminal; anything but `y` or `yes` is a no. */
export async function confirm({ stdin, terminal }: Call, question: string): Promise<boolean> {
  terminal.remark(`${question} [y/N]`);
  let answer = "";
  for await (const chunk of stdin) {
    answer += typeof chunk === "string" ? chunk : Buffer.from(chunk).toString("utf8");
    if (answer.includes("\n")) break;
  }
  return /^y(es)?$/i.test(answer.split("\n", 1)[0]?.trim() ?? "");
}
