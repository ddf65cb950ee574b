import { startLocalCloud } from "./local-cloud.ts";

/** A process with nothing but a local cloud: takes its directory and ports, and prints its status. */
const [directory = "", dnsPort, gatewayPort] = process.argv.slice(2);
try {
  const cloud = await startLocalCloud({
    directory,
    dns: { host: "127.0.0.1", port: Number(dnsPort) },
    gateway: { host: "localhost", port: Number(gatewayPort) },
    sidesPort: 8080,
    version: "0.0.0-test",
    log: (level, message) => process.stderr.write(`${level}: ${message}\n`),
  });
  process.stdout.write(`${JSON.stringify(cloud.status)}\n`);
} catch (error) {
  process.stderr.write(`${error}\n`);
  process.exitCode = 1;
}
