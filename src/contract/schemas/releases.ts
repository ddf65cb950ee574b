import { z } from "zod";
import type { ReleaseDetailView, ReleaseView } from "../api.ts";
import { maybe, person, shape, time } from "./fields.ts";

const releaseShape = shape<ReleaseView>()({
  id: z.string().meta({ examples: ["3f2a9c1"] }),
  commit: z.string(),
  digest: z.string(),
  author: person,
  subject: z.string(),
});

export const releaseView: z.ZodType<ReleaseView> = z
  .object(releaseShape)
  .meta({ id: "Release", description: "An immutable build of one commit." });

export const releaseDetailView: z.ZodType<ReleaseDetailView> = z
  .object(
    shape<ReleaseDetailView>()({
      ...releaseShape,
      builtBy: z.string(),
      builtAt: time,
      run: maybe(z.int()),
      on: z
        .array(z.string())
        .meta({ description: "Each side that holds it: `rainbow/production green (live)`." }),
    }),
  )
  .meta({ id: "ReleaseDetail" });
