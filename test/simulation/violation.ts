/** A guarantee of docs/guarantees.md that does not hold. */
export class Violation extends Error {
  readonly guarantee: string;

  constructor(guarantee: string, what: string) {
    super(`${guarantee}: ${what}`);
    this.name = "Violation";
    this.guarantee = guarantee;
  }
}
