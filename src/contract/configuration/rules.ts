import { type Fault, type Path, showPath } from "./problem.ts";

/**
 * The rules that hold between keys. They read the file as it was written, faulty or not, so that
 * a writer sees all that is wrong at once; what has the wrong type is left to the schema.
 */
export function ruleFaults(file: unknown): Fault[] {
  return [
    ...unique(namesIn(file), sharedName),
    ...unique(addressesIn(file), sharedAddress),
    ...missingStart(file),
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

function addressesIn(file: unknown): Written[] {
  return environmentsIn(file)
    .flatMap(sidesIn)
    .flatMap(({ value, path }) => entries(value, path).filter(({ key }) => key === "address"));
}

const sharedName = (value: string, first: string) =>
  `"${value}" is ${first} already; each record and preview needs a name of its own`;

const sharedAddress = (value: string, first: string) =>
  `"${value}" is ${first} already; each side needs an address of its own, for a record tells sides apart by it`;

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

function runsProcesses(environment: { readonly path: Path; readonly value: unknown }): boolean {
  const written = at(environment.value, "sides");
  return (
    written === undefined ||
    sidesIn(environment).some(({ value }) => at(value, "runtime") === "process")
  );
}

function twoControls(file: unknown): Fault[] {
  const control = at(file, "control");
  if (at(control, "server") === undefined || at(control, "table") === undefined) return [];
  const message = "stands beside server; write the operator to speak to, or the table to work on";
  return [{ path: ["control", "table"], message }];
}
