import { z } from "zod";
import { buildSection } from "./build-section.ts";
import { environmentSection } from "./environment-section.ts";
import { name, region, roleArn, text } from "./scalars.ts";
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
  region: region()
    .exactOptional()
    .meta({ description: "The AWS region of that table; AWS_REGION when left out." }),
  hostedZones: z
    .array(text(/^Z[A-Z0-9]{1,31}$/, "the id of a hosted zone; write for example Z0123456789ABC"))
    .exactOptional()
    .meta({
      description:
        "The only hosted zones to use, by id; zones are found by the records' names when left out.",
    }),
  zoneRole: roleArn().exactOptional().meta({
    description: "The ARN of a role to assume for Route 53, for example in another account.",
  }),
}).meta({
  id: "control",
  title: "control",
  description:
    "Where the state is: `server`, or `table` and what working on it directly needs. One machine needs neither.",
});

/** `verdigris.yaml`. Parsed, durations are seconds and defaults are filled in. */
export const fileSchema = section({
  app: name().meta({ description: "The app's name." }),
  build: buildSection.prefault({}),
  branch: branch().prefault("master").meta({
    description: "Where a commit starts a release.",
  }),
  repository: text(
    /^(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+[a-z]{2,}\/[A-Za-z0-9-]{1,39}\/(?!\.{1,2}$)[A-Za-z0-9._-]{1,100}$/,
    "where a repository is hosted; write for example github.com/acme/rainbow",
  )
    .exactOptional()
    .meta({
      description:
        "The app's repository on GitHub: deployments and flips are told to it, and what is pushed to it is noticed.",
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
