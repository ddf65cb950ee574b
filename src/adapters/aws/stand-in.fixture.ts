import { randomUUID } from "node:crypto";
import { AwsClients } from "./clients.ts";

/**
 * Clients of the stand-in for AWS whose address is in VERDIGRIS_TEST_AWS. It is told to the SDK as a
 * person would, with the credentials of nobody. Throws where the address is missing: a test that
 * is skipped proves nothing.
 */
export function standIn(): { clients: AwsClients; region: string; unique(name: string): string } {
  const { VERDIGRIS_TEST_AWS: endpoint } = process.env;
  if (!endpoint) {
    throw new Error(
      "VERDIGRIS_TEST_AWS is not set. Start MiniStack (GATEWAY_PORT=4566 ministack) and set it to http://127.0.0.1:4566.",
    );
  }
  Object.assign(process.env, {
    AWS_ENDPOINT_URL: endpoint,
    AWS_ACCESS_KEY_ID: "test",
    AWS_SECRET_ACCESS_KEY: "test",
  });
  const run = randomUUID().slice(0, 8);
  return { clients: new AwsClients(), region: "eu-west-1", unique: (name) => `${name}-${run}` };
}
