import { z } from "zod";
import type { RecordSet } from "../../domain/records.ts";
import { readIfPresent, replaceFile } from "../../machine/durable-file.ts";
import { ZonesFileUnusable, ZonesNotSaved } from "./dns-errors.ts";
import { flawOfRecords } from "./record-rules.ts";
import { EMPTY_STATE, withRecords, withZone, type ZoneState } from "./zone-state.ts";

const FORMAT = 1;

const RECORD_SET = z.object({
  name: z.string(),
  type: z.enum(["A", "AAAA", "CNAME", "NS", "TXT"]),
  set: z.object({ id: z.string(), weight: z.number() }).exactOptional(),
  ttlSeconds: z.number(),
  values: z.array(z.string()),
  healthCheck: z.string().exactOptional(),
});

const ZONES_FILE = z.object({
  format: z.literal(FORMAT),
  zones: z.array(z.object({ name: z.string(), serial: z.int().min(0).max(0xffff_ffff) })),
  records: z.array(RECORD_SET),
  acceptedChanges: z.array(z.string()),
});

const RESTORE = "Restore it from a backup, or move it away to begin with no zones.";

/**
 * The state saved in `file`; an empty one when there is no such file.
 * Throws ZonesFileUnusable when it is damaged, breaks a rule of DNS or is of a newer format.
 */
export async function loadZones(file: string): Promise<ZoneState> {
  const text = await readIfPresent(file);
  return text === undefined ? EMPTY_STATE : stateFrom(parsed(file, text), file);
}

/** Resolves when the state is on disk, so that a power cut keeps it. Throws ZonesNotSaved. */
export async function saveZones(file: string, state: ZoneState): Promise<void> {
  const content: z.infer<typeof ZONES_FILE> = {
    format: FORMAT,
    zones: [...state.zones.values()],
    records: [...state.records.values()].flat().map(mutable),
    acceptedChanges: [...state.acceptedChanges],
  };
  try {
    await replaceFile(file, `${JSON.stringify(content, null, 1)}\n`);
  } catch (error) {
    throw new ZonesNotSaved(file, error);
  }
}

function mutable(record: RecordSet) {
  return { ...record, values: [...record.values] };
}

function parsed(file: string, text: string): z.infer<typeof ZONES_FILE> {
  const content = json(file, text);
  const version = z.object({ format: z.number() }).safeParse(content);
  if (version.success && version.data.format > FORMAT) {
    throw new ZonesFileUnusable(
      file,
      `it has format ${version.data.format} and this version of Verdigris knows up to ${FORMAT}`,
      "Start the newer version that wrote it.",
    );
  }
  const checked = ZONES_FILE.safeParse(content);
  if (checked.success) return checked.data;
  throw new ZonesFileUnusable(file, z.prettifyError(checked.error), RESTORE, {
    cause: checked.error,
  });
}

function json(file: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new ZonesFileUnusable(file, "it is not valid JSON", RESTORE, { cause: error });
  }
}

function stateFrom(content: z.infer<typeof ZONES_FILE>, file: string): ZoneState {
  let state: ZoneState = { ...EMPTY_STATE, acceptedChanges: content.acceptedChanges };
  for (const zone of content.zones) {
    const next = withZone(state, zone);
    if ("flaw" in next)
      throw new ZonesFileUnusable(file, `zone ${zone.name}: ${next.flaw}`, RESTORE);
    state = next;
  }
  const flaw = flawOfRecords(content.records);
  if (flaw !== undefined) throw new ZonesFileUnusable(file, flaw, RESTORE);
  const filled = withRecords(state, { remove: [], add: content.records });
  if (filled.kind === "flawed") throw new ZonesFileUnusable(file, filled.flaw, RESTORE);
  return { ...state, records: filled.table };
}
