import { expect, it } from "vitest";
import { startBalancer } from "./balancer.ts";
import { AddressInUse, AddressNotAvailable } from "./proxy/front-errors.ts";
import { balancerOf } from "./proxy.fixture.ts";

it("an address that another process has is named, with what to do", async () => {
  const { address, port } = await balancerOf([]);
  const second = startBalancer({ name: "rainbow/green", address, port });
  await expect(second).rejects.toBeInstanceOf(AddressInUse);
  await expect(second).rejects.toMatchObject({
    address,
    port,
    message: expect.stringMatching(
      /^rainbow\/green can't listen on 127\.0\.0\.1 port \d+: another/,
    ),
  });
});

it("an address that the machine lacks is named, with what to do on macOS", async () => {
  // RFC 5737: 192.0.2.0/24 is for documentation and no machine's own.
  const start = startBalancer({ name: "rainbow/green", address: "192.0.2.1", port: 0 });
  await expect(start).rejects.toBeInstanceOf(AddressNotAvailable);
  await expect(start).rejects.toThrow("sudo ifconfig lo0 alias 192.0.2.1");
});
