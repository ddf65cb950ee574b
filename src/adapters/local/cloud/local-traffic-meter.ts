import type { SideRef } from "../../../ports/side-runtime.ts";
import type { SideRequests, TrafficMeter } from "../../../ports/traffic-meter.ts";
import type { CloudClient } from "./cloud-client.ts";
import { serviceOf } from "./service-of.ts";

/** What the load balancers of the local cloud count. */
export class LocalTrafficMeter implements TrafficMeter {
  readonly #client: CloudClient;

  constructor(client: CloudClient) {
    this.#client = client;
  }

  requestsBySide(sides: readonly SideRef[]): Promise<readonly SideRequests[]> {
    return Promise.all(
      sides.map(async (ref) => {
        const status = await this.#client.service(serviceOf(ref));
        return { side: ref.side, ...(status?.requests ?? { total: 0, open: 0 }), lagSeconds: 0 };
      }),
    );
  }
}
