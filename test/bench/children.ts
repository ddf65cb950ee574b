import { tellAnswers } from "./children/answers.ts";
import { serveBalancer } from "./children/balancer.ts";
import { serveCloud } from "./children/cloud.ts";
import { serveDns } from "./children/dns.ts";
import { fillMany, watchMany } from "./children/many.ts";

/** Parts of the product that run as processes of their own while they are measured. */
const CHILDREN: Readonly<Record<string, (settings: never) => Promise<void>>> = {
  answers: tellAnswers,
  balancer: serveBalancer,
  cloud: serveCloud,
  dns: serveDns,
  "many-fill": fillMany,
  "many-watch": watchMany,
};

export async function runChild(name: string, settings: string): Promise<void> {
  const child = CHILDREN[name];
  if (child === undefined) throw new Error(`there is no child "${name}"`);
  await child(JSON.parse(settings) as never);
}
