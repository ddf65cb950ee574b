import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeContinuousBackupsCommand,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  type TableDescription,
  UpdateContinuousBackupsCommand,
  waitUntilTableExists,
} from "@aws-sdk/client-dynamodb";

/**
 * The table that a DynamoDbEventStore needs: two text keys, paid per request, no indexes or streams;
 * protected from being deleted, since the log of all decisions is in it (G10).
 */
export function tableDefinition(table: string): CreateTableCommandInput {
  return {
    TableName: table,
    BillingMode: "PAY_PER_REQUEST",
    DeletionProtectionEnabled: true,
    AttributeDefinitions: [
      { AttributeName: "pk", AttributeType: "S" },
      { AttributeName: "sk", AttributeType: "S" },
    ],
    KeySchema: [
      { AttributeName: "pk", KeyType: "HASH" },
      { AttributeName: "sk", KeyType: "RANGE" },
    ],
  };
}

/** A table of this name has other keys, and can't hold Verdigris' rows. It was left as it is. */
export class TableUnfit extends Error {
  override readonly name = "TableUnfit";

  constructor(table: string) {
    super(
      `The table ${table} is there already and has other keys than pk and sk, both text. It was left as it is. Name another table.`,
    );
  }
}

/**
 * Makes the table unless it is there, and resolves when it takes requests; rejects after a minute.
 * Tells whether it was made. One that is there keeps its settings.
 */
export async function createTable(client: DynamoDBClient, table: string): Promise<boolean> {
  const made = await client.send(new CreateTableCommand(tableDefinition(table))).then(
    () => true,
    (error: unknown) => {
      if (error instanceof ResourceInUseException) return false;
      throw error;
    },
  );
  await waitUntilTableExists(
    { client, maxWaitTime: 60, minDelay: 1, maxDelay: 5 },
    { TableName: table },
  );
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  if (!hasOurKeys(Table)) throw new TableUnfit(table);
  return made;
}

/** Makes it possible to bring back the table as it was at any second of the last 35 days. */
export async function keepBackups(client: DynamoDBClient, table: string): Promise<void> {
  await client.send(
    new UpdateContinuousBackupsCommand({
      TableName: table,
      PointInTimeRecoverySpecification: { PointInTimeRecoveryEnabled: true },
    }),
  );
}

/** How a table that is there is kept. Rejects when it isn't there or may not be looked at. */
export async function describeTable(
  client: DynamoDBClient,
  table: string,
): Promise<{
  readonly fits: boolean;
  readonly isProtected: boolean;
  readonly hasBackups: boolean;
}> {
  const { Table } = await client.send(new DescribeTableCommand({ TableName: table }));
  const { ContinuousBackupsDescription: backups } = await client.send(
    new DescribeContinuousBackupsCommand({ TableName: table }),
  );
  return {
    fits: hasOurKeys(Table),
    isProtected: Table?.DeletionProtectionEnabled === true,
    hasBackups: backups?.PointInTimeRecoveryDescription?.PointInTimeRecoveryStatus === "ENABLED",
  };
}

function hasOurKeys(table: TableDescription | undefined): boolean {
  const keys = table?.KeySchema?.map(({ AttributeName, KeyType }) => `${AttributeName} ${KeyType}`);
  const types = new Map(
    table?.AttributeDefinitions?.map((a) => [a.AttributeName, a.AttributeType]),
  );
  return keys?.join() === "pk HASH,sk RANGE" && types.get("pk") === "S" && types.get("sk") === "S";
}
