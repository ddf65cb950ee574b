import { z } from "zod";
import type { FlipView, RequestView } from "../api.ts";
import { FLIP_PHASES } from "../api.ts";
import { count, flipStep, maybe, revision, shape, sideName, time } from "./fields.ts";
import { releaseView } from "./releases.ts";

export const flipView: z.ZodType<FlipView> = z
  .object(
    shape<FlipView>()({
      id: z.string(),
      kind: z.enum(["flip", "revert", "abort"]),
      from: sideName,
      to: sideName,
      release: releaseView,
      steps: z.array(flipStep),
      step: count.meta({ description: "Index into `steps`." }),
      requestId: maybe(z.string()),
      revision,
      phase: z
        .enum([...FLIP_PHASES, "blocked"])
        .meta({ description: "The last phase reached by the last step decided." }),
      waitsFor: maybe(z.string()).meta({
        description: "What it waits for before any traffic moves, in words.",
      }),
      reached: z.object({
        decided: maybe(time),
        submitted: maybe(time),
        "in-sync": maybe(time),
        "caches-expired": maybe(time),
        quiet: maybe(time),
      }),
      quiet: maybe(z.object({ how: z.enum(["quiet", "deadline"]), requestsSinceExpiry: count })),
      completedAt: maybe(time),
    }),
  )
  .meta({ id: "Flip", description: "A change of traffic from one side to the other." });

export const requestView: z.ZodType<RequestView> = z
  .object(
    shape<RequestView>()({
      id: z.string(),
      environment: z.string(),
      side: sideName,
      release: releaseView,
      configurationHash: z.string(),
      revision,
      status: z.enum(["open", "approved", "rejected", "void", "expired", "flipped"]),
      closedBecause: maybe(z.string()),
      requestedBy: z.string(),
      requestedAt: time,
      expiresAt: time,
      approvalsRequired: count,
      approvals: z.array(z.object({ by: z.string(), at: time, reason: maybe(z.string()) })),
      run: maybe(z.int()),
    }),
  )
  .meta({
    id: "FlipRequest",
    description: "The wish to make the standby live, bound to exactly what was shown.",
  });
