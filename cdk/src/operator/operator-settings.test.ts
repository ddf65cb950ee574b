import { expect, test } from "vitest";
import type { CommonOperatorProps } from "./operator-props.ts";
import { nameServerPorts, operatorSettings } from "./operator-settings.ts";

const table = { tableName: "verdigris", region: "eu-west-1" };
const inZones = (...zones: string[]): CommonOperatorProps => ({
  environments: zones.map((hostedZoneId) => ({
    record: "rainbow.example.com",
    hostedZoneId,
    sides: [],
  })),
});

test("the operator is told its table, its zones and the names it is known by", () => {
  expect(operatorSettings(inZones("Z1", "Z2", "Z1"), table, ["verdigris.example.com"])).toEqual({
    VERDIGRIS_TABLE: "verdigris",
    VERDIGRIS_REGION: "eu-west-1",
    VERDIGRIS_ALLOWED_HOSTS: "verdigris.example.com",
    VERDIGRIS_HOSTED_ZONES: "Z1,Z2",
  });
});

test("a role for the zones and name servers are told where they are given", () => {
  const settings = (props: Partial<CommonOperatorProps>) =>
    operatorSettings({ ...inZones("Z1"), ...props }, table, []);
  expect(
    settings({ zoneRoleArn: "arn:aws:iam::123456789012:role/zones", nameServers: "none" }),
  ).toMatchObject({
    VERDIGRIS_ZONE_ROLE: "arn:aws:iam::123456789012:role/zones",
    VERDIGRIS_NAME_SERVERS: "none",
  });
  expect(settings({ nameServers: ["10.0.0.2:53", "10.0.1.2:5353"] })).toMatchObject({
    VERDIGRIS_NAME_SERVERS: "10.0.0.2:53,10.0.1.2:5353",
  });
});

test("name servers are asked on port 53, on their own ports where they are given, or not at all", () => {
  expect(nameServerPorts(undefined)).toEqual([53]);
  expect(nameServerPorts(["10.0.0.2:53", "10.0.1.2:5353", "10.0.2.2:5353"])).toEqual([53, 5353]);
  expect(nameServerPorts(["ns.example.com", "[2001:db8::53]", "[2001:db8::54]:5353"])).toEqual([
    53, 5353,
  ]);
  expect(nameServerPorts("none")).toEqual([]);
});

test("a name server that is none is refused", () => {
  for (const nameServer of ["", "10.0.0.2:", "10.0.0.2:0", "10.0.0.2:70000", "2001:db8::53"]) {
    expect(() => nameServerPorts([nameServer])).toThrow("is not a server");
  }
});
