import { z } from "zod";
import type { AppView, ConfigureAnswer, FeedEvent, MergeAnswer } from "../api.ts";
import { revision, shape, time } from "./fields.ts";

export const appView: z.ZodType<AppView> = z
  .object(
    shape<AppView>()({
      name: z.string(),
      revision,
      branch: z.string(),
      environments: z.array(z.string()).meta({ description: "Their short names." }),
      configurationHash: z.string(),
    }),
  )
  .meta({ id: "App", description: "What is released." });

export const configureAnswer: z.ZodType<ConfigureAnswer> = z
  .object(
    shape<ConfigureAnswer>()({
      app: z.string(),
      revision,
      changed: z.boolean(),
      changes: z.array(z.string()).meta({ description: "What changes from what to what." }),
    }),
  )
  .meta({ id: "ConfigureAnswer" });

export const mergeAnswer: z.ZodType<MergeAnswer> = z
  .object(shape<MergeAnswer>()({ branch: z.string(), into: z.string(), commit: z.string() }))
  .meta({ id: "MergeAnswer" });

export const feedEvent: z.ZodType<FeedEvent> = z
  .object(
    shape<FeedEvent>()({
      stream: z.string().meta({ examples: ["env#rainbow/production"] }),
      revision,
      at: time,
      by: z.string(),
      command: z.string(),
      events: z.array(z.string()),
    }),
  )
  .meta({ id: "FeedEvent", description: "A decision that has just been made." });
