import { afterAll, beforeAll, expect, it } from "vitest";
import { Account } from "./support/account.ts";
import { AppRepository } from "./support/app-repository.ts";
import { verdigris } from "./support/ways.ts";

const account = new Account();
const repository = new AppRepository();

beforeAll(async () => {
  await account.hostedZone("example.com");
  const blue = await account.side("rainbow-blue");
  const green = await account.side("rainbow-green");
  const side = ({ cluster, service, loadBalancer }: typeof blue) =>
    `{ runtime: ecs, cluster: ${cluster}, service: ${service}, loadBalancer: "${loadBalancer}" }`;
  repository.write(
    "verdigris.yaml",
    `app: rainbow
environments:
  production:
    kind: blue-green
    record: rainbow.example.com
    preview: standby.rainbow.example.org
    sides: { blue: ${side(blue)}, green: ${side(green)} }
control: { table: verdigris, region: ${account.region} }
`,
  );
});

afterAll(() => {
  repository.remove();
  account.close();
});

const doctor = () => verdigris(["doctor"], repository.folder, account.environment());

it("names what is missing, with the mend, before anything was made", async () => {
  const { code, stdout } = await doctor();
  expect(code).toBe(1);
  expect(stdout).toContain("ok    AWS knows you as root");
  expect(stdout).toContain(
    "fail  table verdigris in eu-west-1 can't be looked at\n      Make it: verdigris init --aws",
  );
  expect(stdout).toContain("standby.rainbow.example.org");
});

it("sees what is there after the mend", async () => {
  await verdigris(["init", "--aws"], repository.folder, account.environment());
  const { stdout } = await doctor();
  for (const line of [
    "table verdigris in eu-west-1 can be read",
    "table verdigris in eu-west-1 is protected from being deleted",
    "table verdigris in eu-west-1 has point-in-time recovery",
  ]) {
    expect(stdout).toContain(`ok    ${line}`);
  }
  expect(stdout).toMatch(/ok {4}blue of production: load balancer rainbow-blue at rainbow-blue-/);
  expect(stdout).toMatch(
    /fail {2}blue of production: service app in cluster rainbow-blue\n.*circuit breaker is off/,
  );
});

it("says so where AWS doesn't answer, or knows nobody", async () => {
  const away = { ...account.environment(), AWS_ENDPOINT_URL: "http://127.0.0.1:9" };
  const { code, stdout } = await verdigris(["doctor"], repository.folder, away);
  expect(code).toBe(1);
  expect(stdout).toContain("fail  AWS doesn't know you\n      AWS can't be reached (ECONNREFUSED");
});
