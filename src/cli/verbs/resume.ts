import { simpleCommand } from "../simple-command.ts";

export const verb = simpleCommand("resume", {
  description:
    "Tries again to carry out a change of records that the zone refused, once its cause is mended. Nothing is decided anew.",
  done: "the blocked change of records is tried again",
  examples: [{ command: "resume production", meaning: "after the missing permission was granted" }],
});
