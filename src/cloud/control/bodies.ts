import { isAbsolute } from "node:path";
import { z } from "zod";
import type { RecordChange } from "../../domain/records.ts";
import { ControlFault } from "./control-fault.ts";
import type { DeploymentSpec, ListenerSpec, ZoneSpec } from "./protocol.ts";

/** execve(2) takes no longer string than 32 pages (MAX_ARG_STRLEN), its NUL and `sh -c` apart. */
const LONGEST_COMMAND = 100_000;
const LONGEST_WAIT_SECONDS = 86_400;
const MOST_TASKS = 64;

const line = (longest: number) =>
  z
    .string()
    .min(1)
    .max(longest)
    .regex(/^[^\p{Cc}]*$/u, "should have no control characters");

const withoutNul = (longest: number) =>
  z
    .string()
    .max(longest)
    .regex(/^[^\0]*$/, "should have no NUL");

const tasks = (fewest: number) => z.int().min(fewest).max(MOST_TASKS);

const seconds = z.number().min(0).max(LONGEST_WAIT_SECONDS);

/** Whether its values make sense together is for the DNS server to say. */
const recordSet = z.strictObject({
  name: line(253),
  type: z.enum(["A", "AAAA", "CNAME", "NS", "TXT"]),
  set: z.strictObject({ id: line(128), weight: z.int() }).exactOptional(),
  ttlSeconds: z.int(),
  values: z.array(z.string()),
  healthCheck: line(256).exactOptional(),
});

const zone = z.strictObject({ name: line(253) });

const change = z.strictObject({ remove: z.array(recordSet), add: z.array(recordSet) });

/** IPv4 loopback is the whole of 127.0.0.0/8 (RFC 6890, table 5). */
const listener = z.strictObject({
  address: z.ipv4().regex(/^127\./, "should be in 127.0.0.0/8"),
  port: z.int().min(1).max(65_535),
});

const deployment = z.strictObject({
  id: line(200),
  revision: z.int().min(0),
  replaces: z.int().min(0).exactOptional(),
  releaseId: line(200),
  digest: line(200),
  directory: line(4_096).refine(isAbsolute, "should be an absolute path"),
  start: withoutNul(LONGEST_COMMAND).regex(/\S/, "should be a command"),
  healthPath: z
    .string()
    .max(2_048)
    .regex(/^\/[!-~]*$/, "should be a path of a URL"),
  environment: z.record(
    z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "should be the name of a variable"),
    withoutNul(LONGEST_COMMAND),
  ),
  tasks: tasks(1),
  graceSeconds: seconds,
  healthTimeoutSeconds: seconds,
});

const scale = z.strictObject({ tasks: tasks(0) });

const stop = z.strictObject({ tasks: z.enum(["keep", "stop"]) });

export const readZone = reader<ZoneSpec>(zone);
export const readChange = reader<RecordChange>(change);
export const readListener = reader<ListenerSpec>(listener);
export const readDeployment = reader<DeploymentSpec>(deployment);
export const readScale = reader<{ readonly tasks: number }>(scale);
export const readStop = reader<{ readonly tasks: "keep" | "stop" }>(stop);

/** Throws a ControlFault that names every field at fault. */
function reader<T>(schema: z.ZodType<T>): (body: unknown) => T {
  return (body) => {
    const read = schema.safeParse(body);
    if (read.success) return read.data;
    const faults = read.error.issues.map(
      ({ path, message }) => `${path.join(".") || "the body"}: ${message}`,
    );
    throw new ControlFault("bad_request", `${faults.join("; ")}. Nothing was changed.`);
  };
}
