import { type Fault, type Path, showPath } from "./problem.ts";

/**
 * The rules that hold between keys. They read the file as it was written, faulty or not, so that
 * a writer sees all that is wrong at once; what has the wrong type is left to the schema.
 */
export function ruleFaults(file: unknown): Fault[] {
  return [
    ...unique(namesIn(file), sharedName),
    ...unique(addressesIn(file), sharedAddress),
    ...unique(loadBalancersIn(file), sharedLoadBalancer),
    ...missingStart(file),
    ...environmentsIn(file).flatMap(unlikeEcs),
    ...environmentsIn(file).flatMap(onlyForEcs),
    ...twoControls(file),
  ];
}

interface Written {
  readonly path: Path;
  readonly value: unknown;
}

function entries(value: unknown, above: Path = []): { key: string; path: Path; value: unknown }[] {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return [];
  return Object.entries(value).map(([key, inner]) => ({
    key,
    path: [...above, key],
    value: inner,
  }));
}

function at(value: unknown, key: string): unknown {
  return entries(value).find((entry) => entry.key === key)?.value;
}

function environmentsIn(file: unknown) {
  return entries(at(file, "environments"), ["environments"]);
}

function namesIn(file: unknown): Written[] {
  return environmentsIn(file).flatMap(({ value, path }) =>
    entries(value, path).filter(({ key }) => key === "record" || key === "preview"),
  );
}

function sidesIn(environment: { readonly path: Path; readonly value: unknown }) {
  return entries(at(environment.value, "sides"), [...environment.path, "sides"]);
}

const addressesIn = (file: unknown) => ofSides(file, "address");
const loadBalancersIn = (file: unknown) => ofSides(file, "loadBalancer");

function ofSides(file: unknown, wanted: string): Written[] {
  return environmentsIn(file)
    .flatMap(sidesIn)
    .flatMap(({ value, path }) => entries(value, path).filter(({ key }) => key === wanted));
}

const sharedName = (value: string, first: string) =>
  `"${value}" is ${first} already; each record and preview needs a name of its own`;

const sharedAddress = (value: string, first: string) =>
  `"${value}" is ${first} already; each side needs an address of its own, for a record tells sides apart by it`;

const sharedLoadBalancer = (_: string, first: string) =>
  `this is ${first} already; each side needs a load balancer of its own, or a flip would move nothing`;

function unique(
  all: readonly Written[],
  message: (value: string, first: string) => string,
): Fault[] {
  const firsts = new Map<string, Path>();
  return all.flatMap(({ path, value }) => {
    if (typeof value !== "string") return [];
    const first = firsts.get(value);
    if (first) return [{ path, message: message(value, showPath(first)) }];
    firsts.set(value, path);
    return [];
  });
}

function missingStart(file: unknown): Fault[] {
  if (at(at(file, "build"), "start") !== undefined) return [];
  const wanting = environmentsIn(file).find(
    (environment) => at(environment.value, "start") === undefined && runsProcesses(environment),
  );
  if (!wanting) return [];
  const message = `is missing; ${showPath(wanting.path)} runs processes, so write the command that starts one, for example npm start`;
  return [{ path: ["build", "start"], message }];
}

type Environment = { readonly path: Path; readonly value: unknown };

function runsProcesses(environment: Environment): boolean {
  return at(environment.value, "sides") === undefined || runsOn(environment, "process");
}

function runsOn(environment: Environment, runtime: string): boolean {
  return sidesIn(environment).some(({ value }) => at(value, "runtime") === runtime);
}

/** What has no effect on ECS, and where it is said instead. */
const UNLIKE_ECS: Readonly<Record<string, string>> = {
  start: "the image says how an ECS task starts; remove it",
  env: "variables of an ECS task are in its task definition; remove it",
  grace: "an ECS task's time to stop is `stopTimeout` in its task definition; remove it",
};

/** An alias has no TTL of its own, and that of a load balancer is 60 s (Route 53 Developer Guide). */
const ALIAS_TTL = ["60s", "1m"];

function unlikeEcs(environment: Environment): Fault[] {
  if (!runsOn(environment, "ecs")) return [];
  return entries(environment.value, environment.path).flatMap(({ key, path, value }) => {
    const message = UNLIKE_ECS[key];
    if (message) return [{ path, message }];
    if (key !== "ttl" || typeof value !== "string" || ALIAS_TTL.includes(value)) return [];
    return [
      { path, message: "records of load balancers are aliases, whose TTL is 60s; remove it" },
    ];
  });
}

function onlyForEcs(environment: Environment): Fault[] {
  if (runsOn(environment, "ecs")) return [];
  return entries(environment.value, environment.path)
    .filter(({ key }) => key === "standbyTasks")
    .map(({ path }) => ({ path, message: "is for sides on ECS; remove it" }));
}

function twoControls(file: unknown): Fault[] {
  const control = at(file, "control");
  if (at(control, "server") === undefined || at(control, "table") === undefined) return [];
  const message = "stands beside server; write the operator to speak to, or the table to work on";
  return [{ path: ["control", "table"], message }];
}
