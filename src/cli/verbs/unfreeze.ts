import { simpleCommand } from "../simple-command.ts";

export const verb = simpleCommand("unfreeze", {
  description: "Lifts a freeze: deployments and flips work again.",
  done: "no longer frozen",
  examples: [{ command: "unfreeze production", meaning: "the sale is over" }],
});
