import { explainAwsError } from "../../../adapters/aws/aws-errors.ts";
import { describeTable } from "../../../adapters/aws/dynamodb-table.ts";
import type { Finding } from "../../../cli/finding.ts";
import type { OpenedAws } from "../open-aws.ts";

/** Whether the table is there, fits, and is kept safe, and can be read. */
export async function checkTable(aws: OpenedAws): Promise<readonly Finding[]> {
  const { table, region } = aws.settings;
  const where = `table ${table} in ${region}`;
  try {
    const client = await aws.clients.client("dynamodb", { region });
    const { fits, isProtected, hasBackups } = await describeTable(client, table);
    if (!fits) {
      return [
        { ok: false, what: `${where} has other keys than pk and sk`, mend: "Name another table" },
      ];
    }
    const ready = await aws.operator.ready();
    return [
      ready.ok
        ? { ok: true, what: `${where} can be read` }
        : { ok: false, what: `${where} can't be read`, mend: ready.reason },
      isProtected
        ? { ok: true, what: `${where} is protected from being deleted` }
        : {
            ok: false,
            what: `${where} can be deleted by one call, with the log of all decisions`,
            mend: `Run: aws dynamodb update-table --table-name ${table} --region ${region} --deletion-protection-enabled`,
          },
      hasBackups
        ? { ok: true, what: `${where} has point-in-time recovery` }
        : {
            ok: false,
            what: `${where} has no point-in-time recovery`,
            mend: `Run: aws dynamodb update-continuous-backups --table-name ${table} --region ${region} --point-in-time-recovery-specification PointInTimeRecoveryEnabled=true`,
          },
    ];
  } catch (error) {
    const { kind, message } = explainAwsError(error);
    const mend = kind === "missing" ? "Make it: verdigris init --aws" : message;
    return [{ ok: false, what: `${where} can't be looked at`, mend }];
  }
}
