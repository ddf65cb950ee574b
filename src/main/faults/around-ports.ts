import { FaultPoints } from "./fault-points.ts";

/** True in the build for tests that `node scripts/build.mjs --faults` makes; false in every other. */
declare const __FAULTS__: boolean;

/** A port as the operator is to use it. */
export type AroundPort = <Port extends object>(name: string, port: Port) => Port;

/** Puts fault points around ports in a build for tests. Any other build holds nothing of them. */
export function aroundPorts(): AroundPort {
  if (!__FAULTS__) return (_name, port) => port;
  const points = FaultPoints.ofEnvironment(process.env);
  return (name, port) => points.around(name, port);
}
