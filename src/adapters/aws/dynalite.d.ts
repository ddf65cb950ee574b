declare module "dynalite" {
  import type { Server } from "node:http";

  /** A DynamoDB server, not yet listening, that keeps its tables in memory unless `path` is given. */
  export default function dynalite(options?: {
    readonly createTableMs?: number;
    readonly path?: string;
  }): Server;
}
