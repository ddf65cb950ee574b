import { z } from "zod";
import { healthOverride, startOverride } from "./build-section.ts";
import { flipSection } from "./flip-section.ts";
import { dnsName, duration, text, wholeNumber } from "./scalars.ts";
import { section } from "./section.ts";
import { sideSection } from "./side-section.ts";

const SINGLE_SIDES = "a single environment has the one side main";
const BOTH_SIDES = "a blue-green environment has the sides blue and green";

const side = (description: string) => sideSection.meta({ description });

const variable = text(
  /^(?!(?:PORT|HOST)$|VERDIGRIS_)[A-Za-z_][A-Za-z0-9_]*$/,
  "a variable to set here; PORT, HOST and VERDIGRIS_… are set for each task, others are of A-Z, a-z, 0-9 and _",
);

const value = text(/^[^\0]*$/, "text; put it in quotes");

const keysOfBothKinds = {
  record: dnsName().meta({ description: "The name that clients ask for." }),
  ttl: duration(
    "How long resolvers may remember an answer, in whole seconds.",
    "1s",
    "1d",
  ).prefault("60s"),
  env: z.record(variable, value).prefault({}).meta({
    description: "Variables for the app's tasks: text by name. Not for secrets.",
  }),
  tasks: wholeNumber(
    "How many tasks run on each side; on ECS the fewest of a side that serves.",
    1,
    64,
  ).prefault(1),
  grace: duration("The time a task has between SIGTERM and SIGKILL.", "0s", "1h").prefault("30s"),
  deployTimeout: duration(
    "A deployment that is not healthy by then has failed.",
    "1s",
    "1d",
  ).prefault("10m"),
  start: startOverride(),
  health: healthOverride(),
};

const singleEnvironment = section(
  {
    kind: z.literal("single").meta({ description: "One side, updated in place." }),
    ...keysOfBothKinds,
    sides: section({ main: side("The only side.") }, { blue: SINGLE_SIDES, green: SINGLE_SIDES })
      .prefault({ main: { runtime: "process" } })
      .meta({ description: "What the side `main` runs on." }),
  },
  {
    flip: "a single environment is updated in place and has no flip; remove it, or write kind: blue-green",
    preview: "a single environment has no standby to look at; remove it, or write kind: blue-green",
  },
).meta({
  id: "environment-single",
  title: "environments.<name> of kind single",
  description: "An environment with one side, updated in place.",
});

const blueGreenEnvironment = section({
  kind: z.literal("blue-green").meta({
    description: "Two sides; traffic moves between them.",
  }),
  ...keysOfBothKinds,
  preview: dnsName().exactOptional().meta({
    description: "The name on which the standby can be looked at before anyone approves.",
  }),
  standbyTasks: wholeNumber(
    "On ECS: to how many tasks a side that no longer serves is brought back; left as it is when left out.",
    0,
    1_000,
  ).exactOptional(),
  initialLive: z.enum(["blue", "green"]).exactOptional().meta({
    description:
      "The side that has the traffic when the environment is registered, where records are adopted that are there already; green when left out. Afterwards flips decide.",
  }),
  sides: section(
    { blue: side("One of the two sides."), green: side("The other of the two sides.") },
    { main: BOTH_SIDES },
  )
    .prefault({ blue: { runtime: "process" }, green: { runtime: "process" } })
    .meta({ description: "What the sides `blue` and `green` run on." }),
  flip: flipSection.prefault({}),
}).meta({
  id: "environment-blue-green",
  title: "environments.<name> of kind blue-green",
  description: "An environment with two sides, of which one is live.",
});

export const environmentSection = z.discriminatedUnion("kind", [
  singleEnvironment,
  blueGreenEnvironment,
]);
