import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import { DescribeServicesCommand, DescribeTaskDefinitionCommand } from "@aws-sdk/client-ecs";
import { ListResourceRecordSetsCommand } from "@aws-sdk/client-route-53";
import { expect } from "vitest";
import { askDns } from "../../../src/adapters/dns/ask-dns.ts";
import { Account, type MadeSide } from "./account.ts";
import { AppRepository } from "./app-repository.ts";
import { NameServer } from "./name-server.ts";
import { deployStack, STACKS, type Synthesis } from "./templates.ts";
import { type Begun, type Said, verdigris, type Way } from "./ways.ts";

const DOMAIN = "example.com";
export const RECORD = `rainbow.${DOMAIN}`;
export const TABLE = "verdigris";
export const IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/rainbow";
export const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** An app on an account of its own: infrastructure is there, and nothing of Verdigris. */
export class Rainbow {
  readonly account = new Account();
  readonly repository = new AppRepository();
  readonly sides = new Map<string, MadeSide>();
  zone = "";
  readonly #printed = new Map<string, readonly string[]>();
  #servers: NameServer | undefined;
  #begun: Begun | undefined;

  /** The infrastructure, by the templates of `cdk/`, and an app whose configuration is what they print. */
  async build(): Promise<void> {
    this.zone = await this.account.hostedZone(DOMAIN);
    await this.deployInfrastructure("first");
    for (const name of Object.keys(ADDRESSES)) {
      const side = await this.account.madeSide(`rainbow-${name}`, "rainbow");
      await this.account.targets(side, 1);
      this.sides.set(name, side);
    }
    const addresses = new Map(
      [...this.sides].map(([name, side]) => [side.dnsName, ADDRESSES[name]]),
    );
    this.#servers = await NameServer.start(this.account.route53, this.zone, (name) =>
      addresses.get(name),
    );
    this.repository.write("verdigris.yaml", this.configuration());
  }

  /** What `cdk deploy --all` does. */
  async deployInfrastructure(synthesis: Synthesis): Promise<void> {
    for (const name of STACKS) {
      const client = this.account.cloudFormation;
      this.#printed.set(name, await deployStack(client, synthesis, name, this.zone));
    }
  }

  /** Where a name leads, by the name servers. */
  async leads(name: string): Promise<string | undefined> {
    const server = { host: "127.0.0.1", port: this.#servers?.port ?? 0 };
    const { values } = await askDns(server, name, "A");
    return Object.keys(ADDRESSES).find((side) => values.includes(ADDRESSES[side] ?? ""));
  }

  get settings() {
    return { VERDIGRIS_NAME_SERVERS: `127.0.0.1:${this.#servers?.port}` };
  }

  async go(way: Way): Promise<void> {
    this.#begun = await way.begin(this.account, TABLE, this.settings);
  }

  run(words: string): Promise<Said> {
    const environment = this.#begun?.environment ?? this.account.environment();
    return verdigris(words.split(" "), this.repository.folder, environment);
  }

  /** What must be done without complaint; what it printed. */
  async must(words: string): Promise<string> {
    const { code, stdout, stderr } = await this.run(words);
    if (code !== 0) throw new Error(`verdigris ${words} ended with ${code}\n${stdout}${stderr}`);
    return stdout;
  }

  /** What a pipeline does for a commit on master, up to the question. Returns the commit. */
  async release(letter: string): Promise<string> {
    const commit = this.repository.commit(`change ${letter}`);
    await this.must("apply");
    await this.must(`releases register --commit ${commit} --image ${IMAGE}@${digest(letter)}`);
    await Promise.all(
      ["test", "production"].map((name) => this.must(`deploy ${name} --release ${commit} --wait`)),
    );
    await this.must(`request-flip production --release ${commit}`);
    return commit;
  }

  async approve(): Promise<void> {
    const { request } = JSON.parse(await this.must("status production --json"));
    await this.must(`approve ${request.id}`);
  }

  /** Asks for the standby as it is, and approves. */
  async approveNext(): Promise<void> {
    await this.must("request-flip production");
    await this.approve();
  }

  /** The image that a side's service is set to. */
  async imageOf(name: string): Promise<string | undefined> {
    const { cluster = "", service = "" } = this.sides.get(name) ?? {};
    const { services: [found] = [] } = await this.account.ecs.send(
      new DescribeServicesCommand({ cluster, services: [service] }),
    );
    const { taskDefinition } = await this.account.ecs.send(
      new DescribeTaskDefinitionCommand({ taskDefinition: found?.taskDefinition }),
    );
    return taskDefinition?.containerDefinitions?.[0]?.image;
  }

  async weights(): Promise<Record<string, number | undefined>> {
    const { ResourceRecordSets = [] } = await this.account.route53.send(
      new ListResourceRecordSetsCommand({ HostedZoneId: this.zone }),
    );
    const sets = ResourceRecordSets.filter(
      ({ Name, Type }) => Name === `${RECORD}.` && Type === "A",
    );
    return Object.fromEntries(
      sets.map(({ SetIdentifier = "", Weight }) => [SetIdentifier, Weight]),
    );
  }

  /** The row that a person reads in the table. */
  async row() {
    const Key = { pk: { S: "env#rainbow/production" }, sk: { S: "state" } };
    const { Item } = await this.account.dynamoDb.send(
      new GetItemCommand({ TableName: TABLE, Key, ConsistentRead: true }),
    );
    const { live, sides, traffic } = Item?.state?.M ?? {};
    return {
      live: live?.S,
      blue: traffic?.M?.weights?.M?.blue?.N,
      release: sides?.M?.[live?.S ?? ""]?.M?.release?.M?.id?.S,
    };
  }

  async completed(): Promise<void> {
    await expect
      .poll(async () => JSON.parse(await this.must("status production --json")).flip, PATIENCE)
      .toBeUndefined();
  }

  async remove(): Promise<void> {
    await this.#begun?.close();
    await this.#servers?.close();
    this.repository.remove();
    this.account.close();
  }

  configuration(): string {
    const line = (stack: (typeof STACKS)[number], begins: RegExp) =>
      this.#printed.get(stack)?.find((printed) => begins.test(printed)) ?? `nothing of ${stack}`;
    return `app: rainbow
build: { image: ${IMAGE} }
environments:
  test:
    kind: single
    record: test.${RECORD}
    sides:
      ${line("rainbow-test", /^main:/)}
  production:
    kind: blue-green
    record: ${RECORD}
    preview: standby.${RECORD}
    sides:
      ${line("rainbow-blue", /^blue:/)}
      ${line("rainbow-green", /^green:/)}
    flip: { drain: 0s }
${line("verdigris-operator", /^control: { table/)}
`;
  }
}

const ADDRESSES: Readonly<Record<string, string>> = {
  test: "127.0.3.1",
  blue: "127.0.3.2",
  green: "127.0.3.3",
};

/** A flip takes a TTL of 60 s, which an alias of a load balancer always has. */
export const PATIENCE = { timeout: 150_000, interval: 2_000 };
