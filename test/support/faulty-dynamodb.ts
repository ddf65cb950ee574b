import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient } from "@aws-sdk/lib-dynamodb";
import { type DynaliteServer, startDynalite } from "../../src/adapters/aws/dynalite-server.ts";
import { DynamoDbEventStore } from "../../src/adapters/aws/dynamodb-event-store.ts";
import { createTable } from "../../src/adapters/aws/dynamodb-table.ts";
import { noFaults } from "./faults.ts";
import { FaultyHttp } from "./faulty-http.ts";

/** How DynamoDB turns calls away when there are too many (Amazon DynamoDB developer guide, "Error handling"). */
const THROTTLED = {
  status: 400,
  type: "application/x-amz-json-1.0",
  body: {
    __type: "com.amazonaws.dynamodb.v20120810#ProvisionedThroughputExceededException",
    message: "The level of configured provisioned throughput for the table was exceeded.",
  },
};

/** DynamoDB's stand-in behind a wire whose calls may meet with faults. */
export class FaultyDynamoDb {
  readonly wire: FaultyHttp;
  readonly #server: DynaliteServer;
  readonly #clients: DynamoDBClient[] = [];
  #tables = 0;

  private constructor(server: DynaliteServer, wire: FaultyHttp) {
    this.#server = server;
    this.wire = wire;
  }

  static async start(): Promise<FaultyDynamoDb> {
    const server = await startDynalite();
    const { hostname: host, port } = new URL(server.endpoint);
    const upstream = { host, port };
    const wire = await FaultyHttp.start({ listen: 0, upstream, throttled: THROTTLED });
    return new FaultyDynamoDb(server, wire);
  }

  /** A store on a new table, made without faults, or on this one. */
  async open(
    options: {
      readonly table?: string;
      readonly maxAttempts?: number;
      readonly deadlineMs?: number;
    } = {},
  ): Promise<{ readonly store: DynamoDbEventStore; readonly table: string }> {
    const client = new DynamoDBClient({
      endpoint: `http://127.0.0.1:${this.wire.port}`,
      region: "eu-west-1",
      credentials: { accessKeyId: "none", secretAccessKey: "none" },
      maxAttempts: options.maxAttempts ?? 5,
    });
    this.#clients.push(client);
    this.#tables += 1;
    const table = options.table ?? `faults-${this.#tables}`;
    if (options.table === undefined) {
      this.wire.follow(noFaults);
      await createTable(client, table);
    }
    const documents = DynamoDBDocumentClient.from(client);
    return { store: new DynamoDbEventStore(documents, table, options.deadlineMs), table };
  }

  async close(): Promise<void> {
    for (const client of this.#clients) client.destroy();
    await this.wire.close();
    await this.#server.close();
  }
}
