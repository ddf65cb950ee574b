import { Token } from "aws-cdk-lib";
import type { AssumedSide, OperatedSide } from "../operated-side.ts";

/** An environment that the operator releases to, as in verdigris.yaml. */
export interface OperatorEnvironment {
  /** The name that visitors use, such as `rainbow.example.com`. */
  readonly record: string;

  /**
   * The name under which the standby can be looked at.
   *
   * @default - none
   */
  readonly preview?: string;

  /** Id of the hosted zone that both names are in. */
  readonly hostedZoneId: string;

  /** `sides` of the cluster constructs, each one's `operated`; or roles to assume. */
  readonly sides: readonly (OperatedSide | AssumedSide)[];
}

/** Every name in the zone at which the operator keeps records for an environment, the fence's included. */
export function recordNames(environment: OperatorEnvironment): string[] {
  const { record, preview } = environment;
  return [record, ...(preview === undefined ? [] : [preview]), `_verdigris.${record}`].map(
    normalizedRecordName,
  );
}

/**
 * A name as the condition key route53:ChangeResourceRecordSetsNormalizedRecordNames holds it: in lower
 * case, without the last dot, and with all but a-z, 0-9, `-`, `_` and `.` as `\` and three octal digits
 * (Route 53 Developer Guide, "Using IAM policy conditions for fine-grained access control").
 */
export function normalizedRecordName(name: string): string {
  if (Token.isUnresolved(name)) {
    throw new Error(
      "The name of a record must be known when the template is written, since the operator's permissions name it.",
    );
  }
  const bare = name.toLowerCase().replace(/\.$/, "");
  if (
    bare === "" ||
    bare.length > 253 ||
    bare.split(".").some((label) => !/^.{1,63}$/.test(label))
  ) {
    throw new Error(`"${name}" is not a domain name: labels of 1 to 63 characters, 253 in all.`);
  }
  return bare.replace(
    /[^a-z0-9._-]/g,
    (character) => `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`,
  );
}
