import { Agent, createServer, get, request as httpRequest, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, it } from "vitest";
import type { Target, TargetGroup } from "../target-group.ts";
import { endAll, until } from "./observe.fixture.ts";
import { SERVICE } from "./record.fixture.ts";
import { makeWorkplace, type Workplace } from "./sample-app.fixture.ts";
import { type Supervisor, startSupervisor } from "./supervisor.ts";

/** Sends each request to the next target; a removal waits for the requests that are open. */
class RoundRobin implements TargetGroup {
  readonly #targets: Target[] = [];
  readonly #open = new Map<string, number>();
  readonly #agent = new Agent({ keepAlive: true });
  readonly server: Server = createServer((incoming, outgoing) => {
    const target = this.#targets.shift();
    if (!target) return outgoing.writeHead(503).end();
    this.#targets.push(target);
    this.#count(target.id, 1);
    const { host, port } = target;
    const onward = httpRequest({ host, port, path: incoming.url, agent: this.#agent }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 0);
      answer.pipe(outgoing);
      answer.on("close", () => this.#count(target.id, -1));
    });
    onward.on("error", () => outgoing.writeHead(502).end());
    onward.end();
  });

  add(target: Target): void {
    this.#targets.push(target);
  }

  async remove(id: string): Promise<void> {
    this.#targets.splice(
      this.#targets.findIndex((target) => target.id === id),
      1,
    );
    await until(`no open request on ${id}`, () => (this.#open.get(id) ?? 0) === 0);
  }

  close(): void {
    this.#agent.destroy();
    this.server.close();
  }

  #count(id: string, change: number): void {
    this.#open.set(id, (this.#open.get(id) ?? 0) + change);
  }
}

let place: Workplace;
let balancer: RoundRobin;
let supervisor: Supervisor;

beforeEach(async () => {
  place = await makeWorkplace();
  balancer = new RoundRobin();
  await new Promise<void>((resolve) => balancer.server.listen(0, "127.0.0.1", resolve));
  supervisor = await startSupervisor({
    directory: place.directory,
    targetGroupOf: () => balancer,
    limits: { healthEveryMs: 20 },
  });
});

afterEach(async () => {
  await supervisor.stop({ tasks: "keep" });
  await endAll(place.directory);
  balancer.close();
  await place.remove();
});

function ask(): Promise<string> {
  const { port } = balancer.server.address() as AddressInfo;
  return new Promise((resolve, reject) => {
    get({ host: "127.0.0.1", port, path: "/", agent: false }, (answer) => {
      let text = `${answer.statusCode} `;
      answer.setEncoding("utf8");
      answer.on("data", (chunk) => {
        text += chunk;
      });
      answer.on("end", () => resolve(text.replace(/ \d+$/, "")));
    }).on("error", reject);
  });
}

const settled = (id: string, tasks: number) =>
  until(`${tasks} tasks of ${id} and no others`, () => {
    const { serving } = supervisor.status(SERVICE);
    return serving?.deploymentId === id && serving.tasks.length === tasks;
  });

it("no request fails, or goes to a task that is being stopped, while a side is replaced and scaled", async () => {
  await supervisor.deploy(SERVICE, place.spec("first", 1, { tasks: 2 }));
  await settled("first", 2);

  const answers = new Map<string, number>();
  const load = new AbortController();
  const client = async () => {
    while (!load.signal.aborted) {
      const answer = await ask();
      answers.set(answer, (answers.get(answer) ?? 0) + 1);
    }
  };
  const clients = Promise.all([client(), client(), client(), client()]);
  const seen = (answer: string) => until(answer, () => (answers.get(answer) ?? 0) > 20);

  await seen("200 release-of-first");
  await supervisor.deploy(SERVICE, place.spec("second", 2, { tasks: 2 }));
  await settled("second", 2);
  await seen("200 release-of-second");
  await supervisor.scale(SERVICE, 1);
  await settled("second", 1);
  await supervisor.deploy(SERVICE, place.spec("third", 3, { tasks: 2 }));
  await settled("third", 2);
  await seen("200 release-of-third");
  load.abort();
  await clients;

  expect([...answers.keys()].sort()).toEqual([
    "200 release-of-first",
    "200 release-of-second",
    "200 release-of-third",
  ]);
});
