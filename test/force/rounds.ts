/** How often something is done: as `ROUNDS=<n>` says, with `ROUNDS=all` as often as proves it, else by default. */
export function rounds(byDefault: number, all: number): number {
  const { ROUNDS } = process.env;
  if (ROUNDS === undefined) return byDefault;
  if (ROUNDS === "all") return all;
  const asked = Number(ROUNDS);
  if (!Number.isSafeInteger(asked) || asked < 1) throw new Error(`ROUNDS is no number: ${ROUNDS}`);
  return asked;
}
