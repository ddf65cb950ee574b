import { z } from "zod";
import { buildSection } from "./build-section.ts";
import { environmentSection } from "./environment-section.ts";
import { line, name, text } from "./scalars.ts";
import { section } from "./section.ts";

/** What git-check-ref-format(1) allows, and no more than a shell can take unquoted. */
const branch = () =>
  text(
    /^(?!.*(?:\.\.|\/\/|\.lock(?:\/|$)|[/.]$|\/\.))[A-Za-z0-9_][A-Za-z0-9_./-]{0,199}$/,
    "the name of a branch",
  );

const controlSection = section({
  server: text(
    /^https?:\/\/[!-~]+$/,
    "the address of an operator; write for example https://verdigris.example.com",
  )
    .exactOptional()
    .meta({ description: "The operator to speak to." }),
  table: text(/^[A-Za-z0-9_.-]{3,255}$/, "the name of a DynamoDB table")
    .exactOptional()
    .meta({
      description: "The DynamoDB table to work on directly, with the caller's credentials.",
    }),
  region: line("an AWS region; write for example eu-west-1")
    .exactOptional()
    .meta({ description: "The AWS region of that table." }),
}).meta({
  id: "control",
  title: "control",
  description: "Where the state is: `server`, or `table` and `region`. One machine needs neither.",
});

/** `verdigris.yaml`. Parsed, durations are seconds and defaults are filled in. */
export const fileSchema = section({
  app: name().meta({ description: "The app's name." }),
  build: buildSection.prefault({}),
  branch: branch().prefault("master").meta({
    description: "Where a commit starts a release.",
  }),
  environments: z
    .record(name(), environmentSection)
    .refine(
      (environments) => Object.keys(environments).length > 0,
      "has no environment; name at least one",
    )
    .meta({
      description:
        "The places where the app runs, by name. Single ones are deployed beside blue-green ones.",
    }),
  control: controlSection.prefault({}),
}).meta({
  title: "verdigris.yaml",
  description: "How an app is built, where it runs and how its traffic moves.",
});
