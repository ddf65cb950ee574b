import {
  type Change,
  ChangeResourceRecordSetsCommand,
  GetChangeCommand,
  type GetChangeCommandOutput,
  GetHostedZoneCommand,
  type GetHostedZoneCommandOutput,
  ListHostedZonesByNameCommand,
  type ListHostedZonesByNameCommandInput,
  type ListHostedZonesByNameCommandOutput,
  ListResourceRecordSetsCommand,
  type ListResourceRecordSetsCommandInput,
  type ListResourceRecordSetsCommandOutput,
  type Route53Client,
} from "@aws-sdk/client-route-53";
import type { Clock } from "../../../ports/clock.ts";
import { NotSent, type Priority, type RequestBudget } from "./request-budget.ts";
import { faultOf, isThrottling } from "./route53-errors.ts";
import { type Asked, Route53RequestError } from "./route53-refusal.ts";

export interface RequestsOptions {
  /** Made by `openRoute53`, or otherwise so that it repeats nothing by itself. */
  readonly client: Pick<Route53Client, "send">;
  /** The only one of the process for this account. */
  readonly budget: RequestBudget;
  readonly clock: Clock;
  /** For each request from its turn on; without one, a connection that says nothing holds a call for ever. */
  readonly deadlineMs?: number;
  /** Evenly spread over [0, 1). */
  readonly random?: () => number;
}

/** How often a question is asked before its error is told. */
const MAX_TRIES = 3;
const FIRST_PAUSE_MS = 250;

/** Everything waits for what is known of hosted zones, reverts too, and it is seldom asked for. */
const LOOKUP: Priority = "revert";

interface SendOptions {
  readonly abortSignal: AbortSignal;
}

/**
 * The five requests that Verdigris sends to Route 53, each in its turn and within a deadline.
 * Questions that got no answer are asked again, changes are not. Questions reject with a
 * Route53RequestError, the others as the client does.
 */
export class Route53Requests {
  readonly #client: Pick<Route53Client, "send">;
  readonly #budget: RequestBudget;
  readonly #clock: Clock;
  readonly #deadlineMs: number;
  readonly #random: () => number;

  constructor(options: RequestsOptions) {
    this.#client = options.client;
    this.#budget = options.budget;
    this.#clock = options.clock;
    this.#deadlineMs = options.deadlineMs ?? 10_000;
    this.#random = options.random ?? Math.random;
  }

  /** The change's id as Route 53 gives it. */
  async change(zone: string, changes: Change[], priority: Priority): Promise<string> {
    const input = { HostedZoneId: zone, ChangeBatch: { Changes: changes } };
    const { ChangeInfo } = await this.#once(priority, (options) =>
      this.#client.send(new ChangeResourceRecordSetsCommand(input), options),
    );
    return ChangeInfo?.Id ?? "";
  }

  getChange(id: string): Promise<GetChangeCommandOutput> {
    return this.#once("poll", (options) =>
      this.#client.send(new GetChangeCommand({ Id: id }), options),
    );
  }

  listRecords(
    input: ListResourceRecordSetsCommandInput,
  ): Promise<ListResourceRecordSetsCommandOutput> {
    const zone = input.HostedZoneId ?? "";
    const asked = {
      words: `list the records of hosted zone ${zone}`,
      action: "route53:ListResourceRecordSets",
      resource: `hostedzone/${zone}`,
    };
    return this.#again(asked, "look", (options) =>
      this.#client.send(new ListResourceRecordSetsCommand(input), options),
    );
  }

  getHostedZone(id: string): Promise<GetHostedZoneCommandOutput> {
    const asked = {
      words: `describe hosted zone ${id}`,
      action: "route53:GetHostedZone",
      resource: `hostedzone/${id}`,
    };
    return this.#again(asked, LOOKUP, (options) =>
      this.#client.send(new GetHostedZoneCommand({ Id: id }), options),
    );
  }

  listHostedZones(
    input: ListHostedZonesByNameCommandInput,
  ): Promise<ListHostedZonesByNameCommandOutput> {
    const asked = {
      words: "list the account's hosted zones",
      action: "route53:ListHostedZonesByName",
      resource: "*",
      conditions: ", or name the hosted zone in VERDIGRIS_HOSTED_ZONES or control.hostedZones",
    };
    return this.#again(asked, LOOKUP, (options) =>
      this.#client.send(new ListHostedZonesByNameCommand(input), options),
    );
  }

  async #again<Response>(
    asked: Asked,
    priority: Priority,
    send: (options: SendOptions) => Promise<Response>,
  ): Promise<Response> {
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#once(priority, send);
      } catch (error) {
        const fault = faultOf(error);
        if (!fault) throw error;
        const isPassing = fault.kind === "not-now" || fault.kind === "no-answer";
        if (!isPassing || error instanceof NotSent || attempt === MAX_TRIES) {
          throw new Route53RequestError(asked, fault, error);
        }
        const longest = FIRST_PAUSE_MS * 2 ** (attempt - 1);
        await this.#clock.wait(longest * (0.5 + this.#random() / 2));
      }
    }
  }

  #once<Response>(
    priority: Priority,
    send: (options: SendOptions) => Promise<Response>,
  ): Promise<Response> {
    return this.#budget.spend(priority, () => this.#inTime(send), isThrottling);
  }

  async #inTime<Response>(send: (options: SendOptions) => Promise<Response>): Promise<Response> {
    const late = new AbortController();
    const answered = new AbortController();
    const tooLate = this.#clock.wait(this.#deadlineMs, answered.signal).then(() => {
      if (!answered.signal.aborted) late.abort();
      throw new NoAnswerInTime(this.#deadlineMs);
    });
    try {
      return await Promise.race([send({ abortSignal: late.signal }), tooLate]);
    } finally {
      answered.abort();
    }
  }
}

/** Named as the client names its own. */
class NoAnswerInTime extends Error {
  override readonly name = "TimeoutError";

  constructor(deadlineMs: number) {
    super(`no answer within ${deadlineMs / 1_000} s`);
  }
}
