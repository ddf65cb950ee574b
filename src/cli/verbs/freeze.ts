import { simpleCommand } from "../simple-command.ts";

export const verb = simpleCommand("freeze", {
  description:
    "From now on nothing is deployed to the environment and nothing is flipped. A revert still works, and what is in flight goes on.",
  done: "frozen; `verdigris unfreeze` lifts it, a revert still works",
  examples: [
    { command: 'freeze production --reason "the sale begins"', meaning: "nothing changes now" },
  ],
});
