import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";

/** Frees at once all that nothing holds. */
export function collectGarbage(): void {
  setFlagsFromString("--expose-gc");
  (runInNewContext("gc") as () => void)();
}
