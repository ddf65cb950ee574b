import { z } from "zod";
import type { RecordSet } from "../../domain/records.ts";
import type {
  CommandAnswer,
  CommandBody,
  DeployBody,
  FlipBody,
  PlanView,
  RequestFlipBody,
  RevertBody,
} from "../api.ts";
import { environmentView } from "./environments.ts";
import { bySide, flipStep, maybe, revision, shape, sideName } from "./fields.ts";

export const commandId = z
  .string()
  .regex(/^[A-Za-z0-9._:/-]{1,128}$/, "must be 1 to 128 of A-Z a-z 0-9 . _ : / -")
  .meta({
    description:
      "Chosen by the caller: repeating it returns the first outcome and changes nothing. Made by the server when absent.",
  });

export const reason = z.string().max(1000).meta({ description: "Why, for the record." });

/** What every change may say about itself. */
export const changeShape = shape<Pick<CommandBody, "commandId" | "reason">>()({
  commandId: maybe(commandId),
  reason: maybe(reason),
});

/** The change of an environment may also name the revision it expects. */
export const decisionShape = shape<Omit<CommandBody, "dryRun">>()({
  ...changeShape,
  expectRevision: maybe(revision).meta({
    description: "Refuse with `stale_revision` unless the log is at exactly this revision.",
  }),
});

const commandShape = shape<CommandBody>()({
  ...decisionShape,
  dryRun: maybe(z.boolean()).meta({ description: "Answer with the plan and change nothing." }),
});

const releaseWanted = z
  .string()
  .regex(/^[A-Za-z0-9.]{1,64}$/, "must be a release's id, a commit or its first digits")
  .meta({ description: "A release's id, a whole commit, or its first seven or more digits." });

const requestId = z.string().regex(/^[A-Za-z0-9._-]{1,128}$/, "must be the id of a flip request");

export const commandBody: z.ZodType<CommandBody> = z
  .strictObject(commandShape)
  .meta({ id: "CommandBody" });

export const deployBody: z.ZodType<DeployBody> = z
  .strictObject(
    shape<DeployBody>()({ ...commandShape, release: releaseWanted, side: maybe(sideName) }),
  )
  .meta({ id: "DeployBody" });

export const requestFlipBody: z.ZodType<RequestFlipBody> = z
  .strictObject(shape<RequestFlipBody>()({ ...commandShape, release: maybe(releaseWanted) }))
  .meta({ id: "RequestFlipBody" });

export const flipBody: z.ZodType<FlipBody> = z
  .strictObject(
    shape<FlipBody>()({
      ...commandShape,
      to: sideName,
      release: maybe(releaseWanted),
      request: maybe(requestId),
    }),
  )
  .meta({ id: "FlipBody", description: "Make `to` live." });

export const revertBody: z.ZodType<RevertBody> = z
  .strictObject(
    shape<RevertBody>()({ ...commandShape, to: maybe(sideName), release: maybe(releaseWanted) }),
  )
  .meta({ id: "RevertBody" });

export const commandAnswer: z.ZodType<CommandAnswer> = z
  .object(
    shape<CommandAnswer>()({
      commandId: z.string(),
      revision,
      repeated: z.boolean().meta({ description: "The command had been carried out before." }),
      changed: z.boolean().meta({ description: "False when all was already as asked." }),
      id: maybe(z.string()).meta({
        description: "Of what the command began: a deployment, a flip request or a flip.",
      }),
      environment: environmentView,
    }),
  )
  .meta({ id: "CommandAnswer" });

const recordSet: z.ZodType<RecordSet> = z
  .object(
    shape<RecordSet>()({
      name: z.string(),
      type: z.enum(["A", "AAAA", "CNAME", "NS", "TXT"]),
      set: maybe(z.object({ id: z.string(), weight: z.int().min(0).max(255) })),
      ttlSeconds: z.number(),
      values: z.array(z.string()),
      alias: maybe(
        z.object({ name: z.string(), zone: z.string(), evaluateTargetHealth: z.boolean() }),
      ).meta({ description: "A name of Route 53's that is answered in its stead." }),
      policy: maybe(z.string()).meta({
        description: "Why Verdigris leaves it alone: how it is chosen, or whose it is.",
      }),
      healthCheck: maybe(z.string()),
    }),
  )
  .meta({ id: "RecordSet" });

export const planView: z.ZodType<PlanView> = z
  .object(
    shape<PlanView>()({
      environment: z.string(),
      revision,
      events: z.array(z.string()).meta({ description: "What would go on record." }),
      live: z.object({ before: sideName, after: sideName }),
      releases: z.object({ before: bySide(z.string()), after: bySide(z.string()) }),
      records: z.object({ before: z.array(recordSet), after: z.array(recordSet) }),
      steps: z.array(flipStep).meta({ description: "The further weights of a flip in steps." }),
    }),
  )
  .meta({ id: "Plan", description: "What a command would do." });
