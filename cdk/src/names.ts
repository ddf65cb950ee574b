import { Token } from "aws-cdk-lib";

/**
 * Refuses a name that ECS would refuse: clusters, services and families take up to 255 letters,
 * digits, `-` and `_` (ECS API, CreateCluster, CreateService, RegisterTaskDefinition).
 */
export function checkEcsName(what: string, name: string): void {
  if (Token.isUnresolved(name)) {
    throw new Error(
      `${what} must be known when the template is written, since verdigris.yaml and the operator's permissions name it.`,
    );
  }
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(name)) {
    throw new Error(
      `${what} "${name}" is not a name that ECS takes: 1 to 200 letters, digits, "-" and "_" ` +
        "(ECS allows 255; the family of the template adds to it).",
    );
  }
}
