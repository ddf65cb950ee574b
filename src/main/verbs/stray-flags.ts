import { Problem } from "../../cli/problem.ts";

/** Flags of `verdigris operator` that mean something in one of its two forms only. */
interface OperatorFlags {
  readonly port?: number;
  readonly dnsPort?: number;
  readonly dataDir?: string;
  readonly region?: string;
  readonly host?: string;
}

/** Throws a usage problem for a flag that this form of the operator would pass over. */
export function refuseStrayFlags(form: "machine" | "aws", flags: OperatorFlags): void {
  const { port, dnsPort, dataDir, region, host } = flags;
  const stray =
    form === "machine"
      ? { "--host": host, "--region": region }
      : { "--port": port, "--dns-port": dnsPort, "--data-dir": dataDir };
  const [first] = Object.entries(stray).flatMap(([name, value]) =>
    value === undefined ? [] : [name],
  );
  if (first === undefined) return;
  throw new Problem(
    "usage",
    form === "machine"
      ? `${first} is for an operator on AWS; add --table`
      : `${first} is for the operator of a machine: one on AWS has no local cloud and no data directory. --api-port says where its API listens`,
  );
}
