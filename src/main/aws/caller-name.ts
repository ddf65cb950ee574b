/**
 * Under which name a caller goes on record, from the ARN that STS gives (GetCallerIdentity): a user's
 * name; of an assumed role the session's name where that is an address, as IAM Identity Center makes
 * it, and otherwise the role with it, since a session's name alone may be anything.
 */
export function callerName(arn: string): string {
  const resource = arn.split(":").slice(5).join(":");
  const [kind = "", ...rest] = resource.split("/");
  if (kind === "user") return rest.at(-1) ?? resource;
  if (kind !== "assumed-role") return resource;
  const [role = "", session = ""] = rest;
  return session.includes("@") ? session : `${role}/${session}`;
}
