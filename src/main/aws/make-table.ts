import { AwsClients } from "../../adapters/aws/clients.ts";
import { createTable, keepBackups } from "../../adapters/aws/dynamodb-table.ts";
import type { TableReach } from "../../cli/reach.ts";
import { asAwsProblem } from "./as-aws-problem.ts";
import { awsSettings } from "./settings.ts";

/** Makes the table with backups, unless it is there. Tells whether it was made. */
export async function makeTable(reach: TableReach): Promise<boolean> {
  const { table, region } = awsSettings(reach, process.env);
  const clients = new AwsClients();
  try {
    const client = await clients.client("dynamodb", { region });
    const made = await createTable(client, table);
    if (made) await keepBackups(client, table);
    return made;
  } catch (error) {
    throw asAwsProblem(error);
  } finally {
    await clients.close();
  }
}
