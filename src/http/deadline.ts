/** The answer took too long; what was asked may still be carried out. */
export class AnswerTooLate extends Error {
  override readonly name = "AnswerTooLate";
  readonly deadlineMs: number;

  constructor(deadlineMs: number) {
    super(`no answer within ${deadlineMs} ms`);
    this.deadlineMs = deadlineMs;
  }
}

/** The value, unless it takes longer: then an `AnswerTooLate`. */
export async function within<T>(deadlineMs: number, value: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new AnswerTooLate(deadlineMs)), deadlineMs);
  });
  try {
    return await Promise.race([value, late]);
  } finally {
    clearTimeout(timer);
  }
}
