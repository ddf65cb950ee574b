import type { Finding } from "../../../cli/finding.ts";
import type { TableReach } from "../../../cli/reach.ts";
import type { ConfigurationFile } from "../../../contract/configuration/types.ts";
import { openAws } from "../open-aws.ts";
import { awsSettings } from "../settings.ts";
import { checkCaller } from "./caller.ts";
import { checkPermissions } from "./permissions.ts";
import { checkRecords } from "./records.ts";
import { checkSides } from "./sides.ts";
import { checkTable } from "./table.ts";

/** Looks at all that the table and the environments of the file need on AWS, and changes nothing. */
export async function diagnose(
  reach: TableReach,
  configuration: ConfigurationFile | undefined,
): Promise<readonly Finding[]> {
  const aws = await openAws(awsSettings(reach, process.env), () => undefined);
  try {
    const caller = await checkCaller(aws);
    if (!caller.arn) return caller.findings;
    const environments = Object.entries(configuration?.environments ?? {});
    const places = environments.map(([name, section]) => ({ name, section }));
    return [
      ...caller.findings,
      ...(await checkTable(aws)),
      ...(await checkRecords(aws, configuration?.app ?? "", places)),
      ...(await checkSides(aws, places)),
      ...(await checkPermissions(aws, caller.arn, places)),
    ];
  } finally {
    await aws.close();
  }
}
