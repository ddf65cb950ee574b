import { z } from "zod";
import type { JobView, LogAnswer, RunView, StartedRun } from "../api.ts";
import { count, maybe, person, shape, time } from "./fields.ts";

const jobView: z.ZodType<JobView> = z
  .object(
    shape<JobView>()({
      name: z.string(),
      kind: z.enum(["apply", "build", "deploy", "flip", "request-flip", "validate"]),
      environment: maybe(z.string()),
      state: z.enum(["waiting", "running", "succeeded", "failed", "skipped"]),
      note: maybe(z.string()),
      startedAt: maybe(time),
      finishedAt: maybe(time),
      log: maybe(z.string()).meta({ description: "Where the job's output is kept." }),
    }),
  )
  .meta({ id: "Job" });

export const runView: z.ZodType<RunView> = z
  .object(
    shape<RunView>()({
      number: z.int().min(1),
      app: z.string(),
      kind: z.enum(["ci", "release"]),
      branch: z.string(),
      commit: z.string(),
      subject: z.string(),
      author: person,
      startedAt: time,
      finishedAt: maybe(time),
      outcome: z.enum(["running", "succeeded", "failed", "superseded", "rejected"]),
      because: maybe(z.string()),
      release: maybe(z.string()),
      jobs: z.array(jobView),
    }),
  )
  .meta({ id: "Run", description: "The pipeline's pass for one commit." });

export const logAnswer: z.ZodType<LogAnswer> = z
  .object(
    shape<LogAnswer>()({
      lines: z.array(z.string()),
      next: count.meta({ description: "Pass it as `from` to read on." }),
      ended: z.boolean().meta({ description: "No more lines will come." }),
    }),
  )
  .meta({ id: "Log" });

export const startedRun: z.ZodType<StartedRun> = z
  .object(shape<StartedRun>()({ branch: z.string(), commit: z.string(), run: z.int().min(1) }))
  .meta({ id: "StartedRun" });
