import { randomBytes } from "node:crypto";
import { userInfo } from "node:os";
import { CloudClient } from "../../adapters/local/cloud/cloud-client.ts";
import { CloudUnreachable } from "../../adapters/local/cloud/cloud-errors.ts";
import { LocalSideRuntime } from "../../adapters/local/cloud/local-side-runtime.ts";
import { LocalTrafficMeter } from "../../adapters/local/cloud/local-traffic-meter.ts";
import { LocalTrafficZone } from "../../adapters/local/cloud/local-traffic-zone.ts";
import { SqliteEventStore } from "../../adapters/local/sqlite-event-store.ts";
import type { RunningOperator } from "../../app/create-operator.ts";
import { createOperator } from "../../app/create-operator.ts";
import type { Host } from "../../app/host.ts";
import type { Pipeline } from "../../app/runs/pipeline.ts";
import { knownLayout } from "../../cli/data-layout.ts";
import { Problem } from "../../cli/problem.ts";
import type { CloudStatus } from "../../cloud/control/protocol.ts";
import { isRefusal } from "../../domain/refusal.ts";
import { startHttp } from "../../http/start-http.ts";
import { BoundedLog } from "../../machine/bounded-log.ts";
import type { Instance } from "../../machine/single-instance.ts";
import { AlreadyHeld, holdInstance } from "../../machine/single-instance.ts";
import { asProblem } from "../as-problem.ts";
import type { AroundPort } from "../faults/around-ports.ts";
import { aroundPorts } from "../faults/around-ports.ts";
import { gitHubLink, showOnGitHub } from "../git-hub.ts";
import { hostOn } from "../host-on.ts";
import { jsonLines } from "../operator-log.ts";
import { configurationReader } from "../read-configuration.ts";
import { VERSION } from "../version.ts";
import type { ClientFile } from "./client-file.ts";
import { writeClientFile } from "./client-file.ts";
import { CloudProcess } from "./cloud-process.ts";
import type { Layout } from "./layout.ts";
import { layoutOf, markLayout, prepareLayout } from "./layout.ts";
import { localPipeline } from "./pipeline.ts";
import { machinePlaces } from "./places.ts";
import { keepRepositories } from "./repositories.ts";
import type { WantedPorts } from "./settings.ts";
import { MachineSettings } from "./settings.ts";

export interface MachineOptions {
  readonly dataDirectory: string;
  readonly ports: WantedPorts;
  /** Names under which the API may be asked for, beside localhost and loopback addresses. */
  readonly allowedHosts?: readonly string[];
  /** The text of a `verdigris.yaml` to register when its app is not known yet. */
  readonly configuration?: string;
  /** The program and first arguments by which this command was started; verbs go behind them. */
  readonly command: readonly string[];
}

/** A started operator with its local cloud. */
export interface Machine {
  readonly layout: Layout;
  readonly operator: RunningOperator;
  readonly client: ClientFile;
  readonly api: string;
  readonly cloud: CloudStatus;
  /** Ends the operator; the local cloud and the apps in it go on (G12). */
  stop(): Promise<void>;
}

/** How often to look, in milliseconds. Everything is near, so looking costs little. */
const PACES = {
  deploymentMs: 100,
  inSyncMs: 50,
  drainMs: 250,
  unavailableMs: 500,
  driftedMs: 1000,
  sweepMs: 2000,
  driftMs: 5000,
  runMs: 500,
};

/** Starts everything of one machine, or stops what was started and says what is wrong. */
export async function startMachine(options: MachineOptions): Promise<Machine> {
  const layout = layoutOf(options.dataDirectory);
  const isNew = knownLayout(layout.directory) === undefined;
  await prepareLayout(layout);
  const instance = holdOperator(layout);
  const ending: (() => Promise<void> | void)[] = [() => instance.release()];
  const stop = async () => {
    for (const end of ending.splice(0).reverse()) await end();
  };
  try {
    return await start(options, layout, isNew, ending, stop);
  } catch (error) {
    await stop();
    throw asProblem(error);
  }
}

async function start(
  options: MachineOptions,
  layout: Layout,
  isNew: boolean,
  ending: (() => Promise<void> | void)[],
  stop: () => Promise<void>,
): Promise<Machine> {
  const client = new CloudClient(layout.cloud);
  ending.push(() => client.close());
  const settings = await MachineSettings.open(layout, options.ports, await portsOf(client));
  const { ports } = settings;
  const around = aroundPorts();
  const host = await openHost(layout, isNew, around);
  ending.push(() => host.store.close());
  const cloudProcess = new CloudProcess(layout, client, host.clock, options.command, ports);
  const read = configurationReader(machinePlaces(settings, host.log));
  const hookCommand = [...options.command, "--data-dir", layout.directory];
  const link = gitHubLink(process.env);
  const showing = new AbortController();
  ending.push(() => showing.abort());
  const pipeline = await localPipeline({
    ...{ layout, read, hookCommand, around, host, link },
    operator: () => operator,
    signal: showing.signal,
  });
  const operator = operatorOn(host, client, pipeline, around);
  const http = await startHttp({
    operator,
    parseConfiguration: (app, text) => read(app, text),
    host: "127.0.0.1",
    port: ports.apiPort,
    version: VERSION,
    log: host.log,
    newId: host.newId,
    allowedHosts: options.allowedHosts ?? [],
    ...(link.webhookSecret ? { githubWebhookSecret: link.webhookSecret } : {}),
  });
  ending.push(() => http.stop(2000));
  const cloud = await cloudProcess.ensure(VERSION);
  const following = new AbortController();
  ending.push(() => following.abort());
  await keepRepositories(operator, pipeline, host.log, following.signal);
  await register(options, operator, read);
  await settings.save();
  if (isNew) await markLayout(layout);
  const [app] = await operator.apps.list();
  const person = userInfo().username;
  const file = await writeClientFile(layout, operator, person, host.newId(), {
    api: http.url,
    ...(app ? { app: app.name } : {}),
  });
  operator.start();
  ending.push(() => operator.stop());
  const shown = showOnGitHub(link, operator, host, showing.signal);
  ending.push(async () => {
    showing.abort();
    await shown;
  });
  const watching = new AbortController();
  const watch = cloudProcess.watch(VERSION, host.log, watching.signal);
  ending.push(() => {
    watching.abort();
    return watch;
  });
  return { layout, operator, client: file, api: http.url, cloud, stop };
}

/** Those of the local cloud that runs; none when there is none. */
async function portsOf(client: CloudClient): Promise<WantedPorts> {
  try {
    const { gateway, dns } = await client.status();
    return { port: gateway.port, dnsPort: dns.port };
  } catch (error) {
    if (error instanceof CloudUnreachable) return {};
    throw error;
  }
}

function operatorOn(
  host: Host,
  client: CloudClient,
  pipeline: Pipeline,
  around: AroundPort,
): RunningOperator {
  return createOperator({
    host,
    world: {
      zone: around("TrafficZone", new LocalTrafficZone(client)),
      runtime: around("SideRuntime", new LocalSideRuntime(client)),
      meter: around("TrafficMeter", new LocalTrafficMeter(client)),
    },
    pipeline,
    paces: PACES,
    newSecret: () => randomBytes(32).toString("base64url"),
  });
}

function holdOperator(layout: Layout): Instance {
  try {
    return holdInstance(layout.operatorLock);
  } catch (error) {
    if (!(error instanceof AlreadyHeld)) throw asProblem(error);
    throw new Problem(
      "failed",
      `Verdigris runs already in ${layout.directory}${error.pid ? ` (process ${error.pid})` : ""}; nothing was started. \`verdigris status\` shows it, \`verdigris down\` stops it.`,
    );
  }
}

async function openHost(
  layout: Layout,
  isNew: boolean,
  around: AroundPort,
): Promise<Host & { readonly store: SqliteEventStore }> {
  const store = await SqliteEventStore.open(layout.database, { mustExist: !isNew });
  const file = new BoundedLog(layout.operatorLog);
  const log = jsonLines((line) => file.write(line));
  return hostOn(around("EventStore", store), log);
}

/** An app's first configuration is the file's; later ones arrive by `apply` or with a commit. */
async function register(
  { configuration: text }: MachineOptions,
  operator: RunningOperator,
  read: ReturnType<typeof configurationReader>,
): Promise<void> {
  if (text === undefined) return;
  const answer = await read(undefined, text);
  if (!answer.ok) {
    const problems = answer.problems.map((problem) => problem.text).join("\n");
    throw new Problem("usage", `${problems}\nNothing was changed.`);
  }
  const known = await operator.apps.get(answer.configuration.app);
  if (!isRefusal(known)) return;
  const outcome = await operator.apps.configure(answer.configuration, {
    id: `register-${answer.configuration.app}`,
    actor: { name: userInfo().username, via: "cli" },
    reason: "first start",
  });
  if (isRefusal(outcome)) throw new Problem("refused", outcome.message);
}
