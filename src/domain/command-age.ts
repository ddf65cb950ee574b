/**
 * When a command id was made, where the id tells: UUID version 7 begins with 48 bits of epoch
 * milliseconds (RFC 9562, section 5.7). Undefined for ids of any other form.
 */
export function madeAt(commandId: string): number | undefined {
  const match = /([0-9a-f]{8})-([0-9a-f]{4})-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/i.exec(
    commandId,
  );
  return match ? Number.parseInt(`${match[1]}${match[2]}`, 16) : undefined;
}
