import { expect, it } from "vitest";
import type { RecordChange, RecordSet } from "../../domain/records.ts";
import { gather } from "./gather.ts";

function adds(...names: readonly string[]): { change: RecordChange } {
  const add = names.map(
    (name): RecordSet => ({ name, type: "TXT", ttlSeconds: 60, values: ["x"] }),
  );
  return { change: { remove: [], add } };
}

const unlimited = () => true;
const upTo = (records: number) => (change: RecordChange) => change.add.length <= records;

it("takes all that have no name in common", () => {
  const waiting = [adds("a", "b"), adds("c"), adds("d")];
  expect(gather(waiting, unlimited)).toEqual(waiting);
});

it("leaves a change for later that names a name that is taken", () => {
  const [first, same, other] = [adds("a", "b"), adds("b", "c"), adds("c")];
  expect(gather([first, same, other], unlimited)).toEqual([first, other]);
});

it("stops before the batch is too large", () => {
  const waiting = [adds("a", "b"), adds("c"), adds("d")];
  expect(gather(waiting, upTo(3))).toEqual(waiting.slice(0, 2));
});

it("takes the first one however large it is", () => {
  const large = adds("a", "b", "c");
  expect(gather([large, adds("d")], upTo(2))).toEqual([large]);
});

it("leaves a change of nothing alone, so that it is refused as it would be", () => {
  const [nothing, other] = [adds(), adds("a")];
  expect(gather([nothing, other], unlimited)).toEqual([nothing]);
  expect(gather([other, nothing, adds("b")], unlimited)).toEqual([other]);
});

it("takes nothing of nothing", () => {
  expect(gather([], unlimited)).toEqual([]);
});
