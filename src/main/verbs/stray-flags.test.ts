import { expect, test } from "vitest";
import { refuseStrayFlags } from "./stray-flags.ts";

test.each([
  ["machine", { host: "0.0.0.0" }, "--host is for an operator on AWS; add --table"],
  ["machine", { region: "eu-west-1" }, "--region is for an operator on AWS; add --table"],
  ["aws", { port: 0 }, "--port is for the operator of a machine"],
  ["aws", { dnsPort: 5354 }, "--dns-port is for the operator of a machine"],
  ["aws", { dataDir: "data" }, "--data-dir is for the operator of a machine"],
] as const)("an operator of a %s refuses %j", (form, flags, why) => {
  expect(() => refuseStrayFlags(form, flags)).toThrow(why);
});

test("flags of its own form are taken", () => {
  refuseStrayFlags("machine", { port: 0, dnsPort: 0, dataDir: "data" });
  refuseStrayFlags("aws", { region: "eu-west-1", host: "0.0.0.0" });
});
