import { z } from "zod";
import type {
  DriftAnswer,
  EnvironmentView,
  HistoryEntry,
  HistorySummary,
  SideLogView,
  SideView,
} from "../api.ts";
import {
  bySide,
  count,
  driftItem,
  environmentKind,
  maybe,
  revision,
  shape,
  sideName,
  time,
  weights,
} from "./fields.ts";
import { flipView, requestView } from "./flips.ts";
import { releaseView } from "./releases.ts";

const sideRole = z.enum(["live", "standby"]);

const sideView: z.ZodType<SideView> = z
  .object(
    shape<SideView>()({
      role: sideRole,
      url: z.string(),
      weight: z.int().min(0).max(100),
      draining: z.boolean(),
      release: maybe(releaseView),
      hasBeenLive: z.boolean(),
      deployment: maybe(
        z.object({
          id: z.string(),
          release: releaseView,
          state: z.enum(["in-flight", "succeeded", "failed"]),
          startedAt: time,
          finishedAt: maybe(time),
          reason: maybe(z.string()),
          run: maybe(z.int()),
        }),
      ),
      tasks: maybe(
        z.object({
          wanted: count,
          healthy: count,
          restarts: count,
          lastExit: maybe(z.object({ at: time, reason: z.string() })),
        }),
      ).meta({
        description:
          "Observed for the answers of GET; absent when the runtime did not answer, and in the answers of commands.",
      }),
    }),
  )
  .meta({ id: "Side", description: "One whole set of infrastructure of an environment." });

export const environmentView: z.ZodType<EnvironmentView> = z
  .object(
    shape<EnvironmentView>()({
      name: z.string().meta({ examples: ["rainbow/production"] }),
      app: z.string(),
      environment: z.string(),
      kind: environmentKind,
      revision,
      record: z.string(),
      preview: maybe(z.string()),
      ttlSeconds: z.number(),
      configurationHash: z.string(),
      live: sideName,
      standby: maybe(sideName),
      weights,
      sides: bySide(sideView),
      records: z.object({
        phase: z.enum(["none", "decided", "submitted", "in-sync", "blocked"]),
        blocked: maybe(z.object({ code: z.string(), reason: z.string() })),
      }),
      flip: maybe(flipView),
      lastFlip: maybe(flipView),
      request: maybe(requestView),
      freeze: maybe(z.object({ by: z.string(), reason: z.string(), at: time })),
      readOnly: maybe(z.object({ revision, because: z.string() })).meta({
        description:
          "Its log goes on at this revision and can't be understood from there: all else is as of before, and no command is taken.",
      }),
      drift: z.array(driftItem),
    }),
  )
  .meta({ id: "Environment", description: "A place where the app runs." });

const historySummary: z.ZodType<HistorySummary> = z
  .object(shape<HistorySummary>()({ live: sideName, weights, releases: bySide(z.string()) }))
  .meta({ id: "HistorySummary" });

export const historyEntry: z.ZodType<HistoryEntry> = z
  .object(
    shape<HistoryEntry>()({
      revision,
      at: time,
      command: z.string(),
      commandId: z.string(),
      by: z.string(),
      via: z.string(),
      from: maybe(z.string()),
      reason: maybe(z.string()),
      events: z.array(z.looseObject({ type: z.string() })),
      before: historySummary,
      after: historySummary,
    }),
  )
  .meta({ id: "HistoryEntry", description: "One decision, with the state before and after it." });

export const sideLogView: z.ZodType<SideLogView> = z
  .object(
    shape<SideLogView>()({
      side: sideName,
      role: sideRole,
      lines: z.array(z.string()).meta({ description: "The oldest first." }),
      fault: maybe(z.string()).meta({ description: "Why lines that there may be can't be read." }),
    }),
  )
  .meta({ id: "SideLog", description: "What the tasks of a side wrote last." });

export const driftAnswer: z.ZodType<DriftAnswer> = z
  .object(
    shape<DriftAnswer>()({
      environment: z.string(),
      revision,
      checkedAt: time,
      settled: z.boolean().meta({
        description: "False while something is in flight: then differences are expected.",
      }),
      drift: z.array(driftItem),
    }),
  )
  .meta({ id: "Drift" });
