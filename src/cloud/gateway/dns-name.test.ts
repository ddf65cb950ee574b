import { expect, it } from "vitest";
import { dnsNameFor, visitorHost } from "./dns-name.ts";

const isKnown = (name: string) => name === "example.com" || name.endsWith(".example.com");

it.each([
  ["rainbow.localhost:8080", "rainbow.test"],
  ["standby.rainbow.localhost", "standby.rainbow.test"],
  ["rainbow.example.com.localhost:8080", "rainbow.example.com"],
  ["other.com.localhost", "other.com.test"],
  ["rainbow.test", "rainbow.test"],
  ["Rainbow.Test.:80", "rainbow.test"],
  ["RAINBOW.LocalHost", "rainbow.test"],
  ["rainbow.example.com", "rainbow.example.com"],
  ["notlocalhost", "notlocalhost"],
])("%s means %s", (host, name) => {
  expect(dnsNameFor(host, isKnown)).toBe(name);
});

it.each(["", "localhost", "localhost:8080", "127.0.0.1:8080", "[::1]:8080", "[::1]", "LOCALHOST."])(
  '"%s" means this machine',
  (host) => {
    expect(dnsNameFor(host, isKnown)).toBeUndefined();
  },
);

it.each(["rainbow.test", "standby.rainbow.test", "rainbow.example.com"])(
  "the host shown for %s leads to it",
  (name) => {
    expect(dnsNameFor(visitorHost(name), isKnown)).toBe(name);
  },
);
