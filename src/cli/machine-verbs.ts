import { duration, hostNames, text, wholeNumber } from "./flags.ts";
import { defineHelp, type VerbHelp } from "./verb.ts";

/** A verb that is carried out elsewhere, as the list and the documentation show it. */
export interface MachineVerb<H extends VerbHelp = VerbHelp> {
  readonly name: string;
  readonly summary: string;
  readonly help: H;
}

const PORT_RANGE = [0, 65_535] as const;

const ports = {
  port: wholeNumber(
    "--port <n>",
    "Where the gateway and the sides listen, each on an address of its own; 8080 when left out",
    PORT_RANGE,
  ),
  apiPort: wholeNumber(
    "--api-port <n>",
    "Where the API and the console listen; 7420 when left out",
    PORT_RANGE,
  ),
  dnsPort: wholeNumber(
    "--dns-port <n>",
    "Where the DNS server listens; 5354 when left out",
    PORT_RANGE,
  ),
};

const allowHost = hostNames(
  "--allow-host <names>",
  "Names, with commas between, under which a proxy or a tunnel asks for the API; localhost and loopback addresses always do",
);

const onAws = {
  table: text("--table <name>", "The DynamoDB table with the state, on AWS (VERDIGRIS_TABLE)"),
  region: text("--region <region>", "The AWS region of that table (VERDIGRIS_REGION; AWS_REGION)"),
  host: text(
    "--host <address>",
    "With --table: the address on which the API listens; 127.0.0.1 when left out",
  ),
};

const ttl = duration(
  "--ttl <duration>",
  "The TTL of the sample app's records; a demo keeps that of its first start",
);

export const DEMO = {
  name: "demo",
  summary: "Try Verdigris: a sample app with a release that waits for you",
  help: defineHelp({
    description:
      "Starts a local cloud, an operator, the console and a sample app with a release waiting for approval, all on loopback, and needs no account, container engine or network. With --json, prints one line when it is ready.",
    arguments: [],
    flags: { ...ports, ttl },
    examples: [
      { command: "demo", meaning: "then open the console it names" },
      { command: "demo --ttl 5s --port 8090", meaning: "with answers that are forgotten sooner" },
    ],
    reach: "machine",
  }),
};

export const TOUR = {
  name: "tour",
  summary: "Perform and check all twelve steps of the workflow",
  help: defineHelp({
    description:
      "Performs the whole workflow on this machine, from a branch to a flip and back, and checks each of its twelve steps from outside: with git, DNS queries and HTTP requests. Exits with 1 when a step does not hold.",
    arguments: [],
    flags: { ttl },
    examples: [{ command: "tour --ttl 5s", meaning: "all twelve steps in a minute" }],
    reach: "machine",
  }),
};

export const UP = {
  name: "up",
  summary: "Run your app on this machine, with everything it needs",
  help: defineHelp({
    description:
      "Starts a local cloud, an operator and the console for the app whose verdigris.yaml is in this folder. What it is told is kept in the data directory, so that a later `up` goes on where this one ended. With --json, prints one line when it is ready.",
    arguments: [],
    flags: { ...ports, allowHost },
    examples: [
      { command: "up", meaning: "in the root of your app's repository" },
      { command: "up --port 8090 --json", meaning: "for a program" },
    ],
    reach: "machine",
  }),
};

export const DOWN = {
  name: "down",
  summary: "Stop what `up` or `demo` started; data is kept",
  help: defineHelp({
    description:
      "Stops the operator, the local cloud and the app's tasks of this data directory. What was decided and built is kept: `up` goes on with it.",
    arguments: [],
    flags: {},
    examples: [{ command: "down", meaning: "where `up` was called" }],
    reach: "machine",
  }),
};

export const OPERATOR = {
  name: "operator",
  summary: "Run the operator alone, for apps that are registered with `apply`",
  help: defineHelp({
    description:
      "Starts the operator of this machine, and its local cloud where that isn't running, without an app of its own: one operator serves many apps, which `verdigris apply` registers. With --table, the operator is one on AWS, whose state is in that table: it has no local cloud and no data directory, and any number of them may run. Meant for a process supervisor: it stays in the foreground, and SIGTERM ends it while apps go on being served.",
    arguments: [],
    flags: { ...ports, allowHost, ...onAws },
    examples: [
      {
        command: "operator --table verdigris --region eu-west-1 --host 0.0.0.0",
        meaning: "on AWS, in a container; docs/aws.md has its settings",
      },
      {
        command: "operator --data-dir /var/lib/verdigris",
        meaning: "then, in an app's folder: verdigris apply --data-dir /var/lib/verdigris",
      },
    ],
    reach: "machine",
  }),
};

/** In the order in which they are listed, before the verbs of this folder. */
export const MACHINE_VERBS: readonly MachineVerb[] = [DEMO, TOUR, UP, DOWN, OPERATOR];
