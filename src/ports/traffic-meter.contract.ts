import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Side } from "./side-runtime.ts";
import type { SideRequests, TrafficMeter } from "./traffic-meter.ts";

export interface OpenedTrafficMeter {
  readonly meter: TrafficMeter;
  readonly blue: Side;
  readonly green: Side;
  /** A side of another environment, which nothing counts. */
  readonly unknown: Side;
  /** False where what is open now isn't known: it is 0 then. */
  readonly knowsOpen?: boolean;
  /** Begins a request to the side; what is returned ends it. */
  begin(side: Side): Promise<() => Promise<void>>;
  /** Ends what counts, and starts it again. */
  restart(): Promise<void>;
  /** Removes what was stored. */
  close(): Promise<void>;
}

const PATIENCE = { timeout: 20_000, interval: 10 };

/** What every traffic meter must do; `open` makes one that has counted nothing for each case. */
export function trafficMeterContract(name: string, open: () => Promise<OpenedTrafficMeter>): void {
  describe(`${name} keeps the contract of a traffic meter`, () => {
    let opened: OpenedTrafficMeter;

    beforeEach(async () => {
      opened = await open();
    });

    afterEach(async () => {
      await opened.close();
    });

    type Count = Pick<SideRequests, "total" | "open">;

    const counts = async () => {
      const counted = await opened.meter.requestsBySide([opened.green, opened.blue]);
      return counted.map(({ side, total, open }) => ({ side, total, open }));
    };

    function expectCounts(green: Count, blue: Count) {
      const known = ({ total, open }: Count) => ({
        total,
        open: opened.knowsOpen === false ? 0 : open,
      });
      const wanted = [
        { side: opened.green.side, ...known(green) },
        { side: opened.blue.side, ...known(blue) },
      ];
      return expect.poll(counts, PATIENCE).toEqual(wanted);
    }

    async function visit(side: Side): Promise<void> {
      const end = await opened.begin(side);
      await end();
    }

    it("has counted nothing at first, nor on a side it doesn't know", async () => {
      await expectCounts({ total: 0, open: 0 }, { total: 0, open: 0 });
      expect(await opened.meter.requestsBySide([opened.unknown])).toMatchObject([
        { side: opened.unknown.side, total: 0, open: 0 },
      ]);
      expect(await opened.meter.requestsBySide([])).toEqual([]);
    });

    it("counts the requests of each side apart, in the order asked for", async () => {
      await visit(opened.blue);
      await visit(opened.blue);
      await visit(opened.green);
      await expectCounts({ total: 1, open: 0 }, { total: 2, open: 0 });
    });

    it("counts a request when it begins, and as open until it ends", async () => {
      const end = await opened.begin(opened.blue);
      await expectCounts({ total: 0, open: 0 }, { total: 1, open: 1 });
      await end();
      await expectCounts({ total: 0, open: 0 }, { total: 1, open: 0 });
    });

    it("goes on from what it had counted when it starts again", async () => {
      await visit(opened.blue);
      await opened.restart();
      await expectCounts({ total: 0, open: 0 }, { total: 1, open: 0 });
      await visit(opened.blue);
      await expectCounts({ total: 0, open: 0 }, { total: 2, open: 0 });
    });
  });
}
