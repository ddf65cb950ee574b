import { describe, expect, it } from "vitest";
import { awsSettings } from "./settings.ts";

const ENVIRONMENT = {
  VERDIGRIS_TABLE: "verdigris",
  VERDIGRIS_REGION: "eu-west-1",
  VERDIGRIS_HOSTED_ZONES: " Z1, Z2,",
  VERDIGRIS_ZONE_ROLE: "arn:aws:iam::123456789012:role/dns",
  VERDIGRIS_NAME_SERVERS: "127.0.0.1:5353,[::1]:53",
};

describe("the settings of an operator on AWS", () => {
  it("are what the environment says", () => {
    expect(awsSettings({}, ENVIRONMENT)).toEqual({
      table: "verdigris",
      region: "eu-west-1",
      hostedZones: ["Z1", "Z2"],
      zoneRole: "arn:aws:iam::123456789012:role/dns",
      nameServers: ["127.0.0.1:5353", "[::1]:53"],
    });
  });

  it("are what is given, where the environment says otherwise", () => {
    const given = { table: "other", region: "us-east-1", hostedZones: ["Z3"] };
    expect(awsSettings(given, ENVIRONMENT)).toMatchObject(given);
  });

  it("have the region of the AWS configuration where there is no other", () => {
    expect(awsSettings({ table: "t" }, { AWS_REGION: "eu-north-1" }).region).toBe("eu-north-1");
    expect(() => awsSettings({ table: "t" }, {})).toThrow("which region?");
  });

  it("name no servers where none are to be asked", () => {
    const env = { ...ENVIRONMENT, VERDIGRIS_NAME_SERVERS: "none" };
    expect(awsSettings({}, env).nameServers).toBe("none");
  });

  it("are refused with the way to write them", () => {
    expect(() => awsSettings({}, { AWS_REGION: "eu-west-1" })).toThrow(
      "which table? Write --table",
    );
    const env = { ...ENVIRONMENT, VERDIGRIS_NAME_SERVERS: "http://x" };
    expect(() => awsSettings({}, env)).toThrow('"http://x" is not a server; write for example');
  });
});
