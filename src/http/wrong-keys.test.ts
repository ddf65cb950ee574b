import { expect, it } from "vitest";
import { networkOf, WrongKeys } from "./wrong-keys.ts";

function wrongKeys(addresses = 10) {
  let now = 0;
  const keys = new WrongKeys({ now: () => now, addresses });
  const later = (seconds: number) => {
    now += seconds * 1000;
  };
  const send = (address: string, times: number) => {
    for (let i = 0; i < times; i++) keys.count(address);
  };
  return { keys, later, send };
}

it("an address may send twenty wrong keys at once, and then one every three seconds", () => {
  const { keys, later, send } = wrongKeys();
  send("192.0.2.1", 19);
  expect(keys.secondsToWait("192.0.2.1")).toBe(0);
  send("192.0.2.1", 1);
  expect(keys.secondsToWait("192.0.2.1")).toBe(3);
  later(1.5);
  expect(keys.secondsToWait("192.0.2.1")).toBe(2);
  later(1.5);
  expect(keys.secondsToWait("192.0.2.1")).toBe(0);
  send("192.0.2.1", 1);
  expect(keys.secondsToWait("192.0.2.1")).toBe(3);
});

it("keys that are sent while an address waits don't make it wait longer", () => {
  const { keys, later, send } = wrongKeys();
  send("192.0.2.1", 1000);
  expect(keys.secondsToWait("192.0.2.1")).toBe(3);
  later(60);
  send("192.0.2.1", 19);
  expect(keys.secondsToWait("192.0.2.1")).toBe(0);
});

it("an address does not wait for the wrong keys of another", () => {
  const { keys, send } = wrongKeys();
  send("192.0.2.1", 20);
  expect(keys.secondsToWait("192.0.2.2")).toBe(0);
  expect(keys.secondsToWait(undefined)).toBe(0);
});

it("so many addresses are remembered and no more: the one not seen for longest is forgotten", () => {
  const { keys, send } = wrongKeys(3);
  for (const last of [1, 2, 3, 1, 4]) send(`192.0.2.${last}`, 20);
  expect(keys.size).toBe(3);
  const waits = [1, 2, 3, 4].map((last) => keys.secondsToWait(`192.0.2.${last}`) > 0);
  expect(waits).toEqual([true, false, true, true]);
});

it.each([
  ["127.0.0.1", "127.0.0.1"],
  ["::ffff:127.0.0.1", "127.0.0.1"],
  ["::1", "0:0:0:0::/64"],
  ["2001:db8::1", "2001:db8:0:0::/64"],
  ["2001:DB8:0:0:1:2:3:4", "2001:db8:0:0::/64"],
  ["2001:db8:1:2::", "2001:db8:1:2::/64"],
  ["fe80::1%eth0", "fe80:0:0:0::/64"],
  ["1:2:3:4:5:6:7:8", "1:2:3:4::/64"],
])("%s counts as %s", (address, network) => expect(networkOf(address)).toBe(network));
