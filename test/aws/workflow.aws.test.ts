import { GetItemCommand } from "@aws-sdk/client-dynamodb";
import {
  DescribeServicesCommand,
  DescribeTaskDefinitionCommand,
  RegisterTaskDefinitionCommand,
  UpdateServiceCommand,
} from "@aws-sdk/client-ecs";
import {
  ChangeResourceRecordSetsCommand,
  ListResourceRecordSetsCommand,
} from "@aws-sdk/client-route-53";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { askDns } from "../../src/adapters/dns/ask-dns.ts";
import { Account, type MadeSide } from "./support/account.ts";
import { AppRepository } from "./support/app-repository.ts";
import { NameServer } from "./support/name-server.ts";
import type { Begun, Said, Way } from "./support/ways.ts";
import { DIRECTLY, THROUGH_AN_OPERATOR, THROUGH_THE_FUNCTION, verdigris } from "./support/ways.ts";

const DOMAIN = "example.com";
const RECORD = `rainbow.${DOMAIN}`;
const TABLE = "verdigris";
const IMAGE = "123456789012.dkr.ecr.eu-west-1.amazonaws.com/rainbow";
const digest = (letter: string) => `sha256:${letter.repeat(64)}`;

/** An app on an account of its own: infrastructure is there, and nothing of Verdigris. */
class Rainbow {
  readonly account = new Account();
  readonly repository = new AppRepository();
  readonly sides = new Map<string, MadeSide>();
  zone = "";
  #servers: NameServer | undefined;
  #begun: Begun | undefined;

  async build(): Promise<void> {
    this.zone = await this.account.hostedZone(DOMAIN);
    for (const name of ["test", "blue", "green"]) {
      const side = await this.account.side(`rainbow-${name}`);
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
    const side = (name: string) => {
      const { cluster, service, loadBalancer } = this.sides.get(name) ?? {};
      return `{ runtime: ecs, cluster: ${cluster}, service: ${service}, loadBalancer: "${loadBalancer}" }`;
    };
    return `app: rainbow
build: { image: ${IMAGE} }
environments:
  test:
    kind: single
    record: test.${RECORD}
    sides: { main: ${side("test")} }
  production:
    kind: blue-green
    record: ${RECORD}
    preview: standby.${RECORD}
    sides:
      blue: ${side("blue")}
      green: ${side("green")}
    flip: { drain: 0s }
`;
  }
}

const ADDRESSES: Readonly<Record<string, string>> = {
  test: "127.0.3.1",
  blue: "127.0.3.2",
  green: "127.0.3.3",
};

/** A flip takes a TTL of 60 s, which an alias of a load balancer always has. */
const PATIENCE = { timeout: 150_000, interval: 2_000 };
const DEADLINE_MS = 480_000;

/** The steps of the design's section 3 that are not the CI system's, from an account without a table. */
async function twelveSteps(app: Rainbow, way: Way): Promise<void> {
  const made = await app.run("init --aws --region eu-west-1");
  expect(made.stdout).toContain(`made table ${TABLE} in eu-west-1`);
  await app.go(way);

  // 3 to 5: a commit on master; the standby alone is updated, and the table says so.
  const first = await app.release("a");
  expect(await app.imageOf("test")).toBe(`${IMAGE}@${digest("a")}`);
  expect(await app.imageOf("blue")).toBe(`${IMAGE}@${digest("a")}`);
  expect(await app.imageOf("green")).toContain("placeholder");
  await expect.poll(() => app.row(), PATIENCE).toMatchObject({ live: "green", blue: "0" });

  // 6 to 8: the records follow the table; the domain answers with the live side, the preview with the standby.
  expect(await app.weights()).toEqual({ blue: 0, green: 100 });
  expect(await app.leads(RECORD)).toBe("green");
  expect(await app.leads(`standby.${RECORD}`)).toBe("blue");
  expect(await app.leads(`test.${RECORD}`)).toBe("test");

  // 9 to 12: nothing before a person approves; then the switch.
  const early = await app.run(`flip production --release ${first}`);
  expect([early.code, early.stderr]).toEqual([3, expect.stringContaining("approval_required")]);
  await app.approve();
  await app.must(`flip production --release ${first} --wait in-sync`);
  expect(await app.weights()).toEqual({ blue: 100, green: 0 });
  expect(await app.leads(RECORD)).toBe("blue");
  expect(await app.leads(`standby.${RECORD}`)).toBe("green");
  await expect
    .poll(() => app.row(), PATIENCE)
    .toEqual({ live: "blue", blue: "100", release: first.slice(0, 7) });
}

describe.concurrent.each([DIRECTLY, THROUGH_AN_OPERATOR, THROUGH_THE_FUNCTION])("$name", (way) => {
  let app: Rainbow;

  beforeAll(async () => {
    app = new Rainbow();
    await app.build();
  });

  afterAll(() => app.remove());

  it(
    "the twelve steps hold, back again is one command, and drift is seen and mended",
    async () => {
      await twelveSteps(app, way);
      await app.completed();

      const second = await app.release("b");
      expect(await app.imageOf("blue")).toBe(`${IMAGE}@${digest("a")}`);
      await app.approve();
      await app.must(`flip production --release ${second} --wait in-sync`);
      expect(await app.leads(RECORD)).toBe("green");

      await app.must("revert production --wait in-sync");
      expect(await app.leads(RECORD)).toBe("blue");
      expect(await app.weights()).toEqual({ blue: 100, green: 0 });
      await app.completed();

      await recordChangedByHand(app);
      await serviceChangedByHand(app);
      const history = await app.must("history production");
      expect(history).toContain("revert");
    },
    DEADLINE_MS,
  );
});

async function recordChangedByHand(app: Rainbow): Promise<void> {
  const { ResourceRecordSets = [] } = await app.account.route53.send(
    new ListResourceRecordSetsCommand({ HostedZoneId: app.zone }),
  );
  const green = ResourceRecordSets.find(({ SetIdentifier }) => SetIdentifier === "green");
  await app.account.route53.send(
    new ChangeResourceRecordSetsCommand({
      HostedZoneId: app.zone,
      ChangeBatch: {
        Changes: [
          { Action: "UPSERT", ResourceRecordSet: { ...green, Weight: 7 } as typeof green & object },
        ],
      },
    }),
  );
  const seen = await app.run("drift production");
  expect([seen.code, seen.stdout]).toEqual([3, expect.stringContaining("green weight 7")]);
  const plan = await app.must("drift production --mend --dry-run");
  expect(plan).toMatch(/- +record +rainbow\.example\.com .* green weight 7/);
  await app.must("drift production --mend");
  await expect.poll(() => app.weights(), PATIENCE).toEqual({ blue: 100, green: 0 });
  await expect.poll(async () => (await app.run("drift production")).code, PATIENCE).toBe(0);
}

async function serviceChangedByHand(app: Rainbow): Promise<void> {
  const { cluster = "", service = "" } = app.sides.get("green") ?? {};
  const byHand = await app.account.ecs.send(
    new RegisterTaskDefinitionCommand({
      family: cluster,
      containerDefinitions: [
        { name: "app", image: "public.example.com/quick-fix:1", essential: true },
      ],
    }),
  );
  await app.account.ecs.send(
    new UpdateServiceCommand({
      cluster,
      service,
      taskDefinition: byHand.taskDefinition?.taskDefinitionArn,
    }),
  );
  const seen = await app.run("drift production");
  expect([seen.code, seen.stdout]).toEqual([3, expect.stringContaining("drift of side of green")]);
  await app.must("drift production --mend");
  await expect.poll(() => app.imageOf("green"), PATIENCE).toBe(`${IMAGE}@${digest("b")}`);
  await expect.poll(async () => (await app.run("drift production")).code, PATIENCE).toBe(0);
}
