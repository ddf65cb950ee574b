import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import dynalite from "dynalite";

export interface DynaliteServer {
  readonly endpoint: string;
  /** A client of its own for each call, with made-up credentials; all are destroyed by `close`. */
  client(): DynamoDBClient;
  close(): Promise<void>;
}

/** DynamoDB's stand-in for tests: inside this process, on loopback, in memory. */
export async function startDynalite(): Promise<DynaliteServer> {
  const server = dynalite({ createTableMs: 0 });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const clients: DynamoDBClient[] = [];
  return {
    endpoint,
    client: () => {
      const client = new DynamoDBClient({
        endpoint,
        region: "eu-west-1",
        credentials: { accessKeyId: "none", secretAccessKey: "none" },
        maxAttempts: 3,
      });
      clients.push(client);
      return client;
    },
    close: async () => {
      for (const client of clients) client.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}
