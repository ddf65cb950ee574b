/** A hundred deployments are about half of a mebibyte. */
const MOST_BYTES = 8 * 1024 * 1024;

/** The JSON of an answer, or undefined where it is none. Throws when the body breaks off or has no end. */
export async function readJson(answer: Response): Promise<unknown> {
  const chunks: Uint8Array[] = [];
  let length = 0;
  for await (const chunk of answer.body ?? []) {
    length += chunk.byteLength;
    if (length > MOST_BYTES) throw new Error(`the answer is larger than ${MOST_BYTES} bytes`);
    chunks.push(chunk);
  }
  try {
    return JSON.parse(Buffer.concat(chunks).toString("utf8")) as unknown;
  } catch {
    return undefined;
  }
}
