import { expect, it } from "vitest";
import { callerName } from "./caller-name.ts";

it.each([
  ["arn:aws:iam::123456789012:user/ana", "ana"],
  ["arn:aws:iam::123456789012:user/people/ana", "ana"],
  ["arn:aws:iam::123456789012:root", "root"],
  [
    "arn:aws:sts::123456789012:assumed-role/AWSReservedSSO_Admin_0a1b/ana@example.com",
    "ana@example.com",
  ],
  ["arn:aws:sts::123456789012:assumed-role/deployer/GitHubActions", "deployer/GitHubActions"],
  ["arn:aws-cn:sts::123456789012:federated-user/ben", "federated-user/ben"],
])("%s goes on record as %s", (arn, name) => {
  expect(callerName(arn)).toBe(name);
});
