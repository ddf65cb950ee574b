import { explainAwsError } from "../../../adapters/aws/aws-errors.ts";
import type { Finding } from "../../../cli/finding.ts";
import { fencedRevision, fenceName } from "../../../domain/environment/traffic.ts";
import { notOurs, type RecordSet, showRecord } from "../../../domain/records.ts";
import type { OpenedAws } from "../open-aws.ts";
import type { Place } from "./places.ts";

/** For each environment: the hosted zone of its names, and whose the records are that are there. */
export async function checkRecords(
  aws: OpenedAws,
  app: string,
  places: readonly Place[],
): Promise<readonly Finding[]> {
  const findings: Finding[] = [];
  for (const { name, section } of places) {
    const preview = "preview" in section ? section.preview : undefined;
    const names = [section.record, ...(preview ? [preview] : [])];
    findings.push(...(await checkNames(aws, `${app}/${name}`, names)));
  }
  return findings;
}

async function checkNames(
  aws: OpenedAws,
  environment: string,
  names: readonly string[],
): Promise<readonly Finding[]> {
  const [record = ""] = names;
  try {
    const zones = await Promise.all(names.map((name) => aws.zones.find(name)));
    const missing = zones.find((zone) => zone.kind !== "found");
    if (missing) {
      return [{ ok: false, what: `${environment} has no hosted zone`, mend: missing.reason }];
    }
    const ids = new Set(zones.map((zone) => (zone.kind === "found" ? zone.zone.id : "")));
    if (ids.size > 1) {
      const mend = "Give the environment names of one zone: a change of records is of one zone";
      return [{ ok: false, what: `${names.join(" and ")} are in different hosted zones`, mend }];
    }
    const found = await aws.zone.observe([...names, fenceName({ record })]);
    return [
      {
        ok: true,
        what: `${names.join(" and ")} ${names.length > 1 ? "are" : "is"} in hosted zone ${[...ids].join()}`,
      },
      ownership(environment, found),
    ];
  } catch (error) {
    const { message } = explainAwsError(error);
    return [{ ok: false, what: `the records of ${environment} can't be looked at`, mend: message }];
  }
}

function ownership(environment: string, found: readonly RecordSet[]): Finding {
  const revision = fencedRevision(environment, found);
  if (revision !== undefined) {
    return { ok: true, what: `records of ${environment} are Verdigris', of revision ${revision}` };
  }
  if (found.length === 0) {
    return { ok: true, what: `${environment} has no records yet; \`verdigris apply\` makes them` };
  }
  const anothers = found.find(({ policy }) => policy !== undefined);
  if (anothers) {
    return {
      ok: false,
      what: notOurs(anothers),
      mend: `Delete it by what made it, or give ${environment} another name`,
    };
  }
  const short = environment.slice(environment.indexOf("/") + 1);
  return {
    ok: false,
    what: `records of ${environment} are somebody else's: ${found.map(showRecord).join("; ")}`,
    mend: `After \`verdigris apply\`, \`verdigris drift ${short} --mend --dry-run\` shows how they would be adopted, and without --dry-run they are`,
  };
}
