import { z } from "zod";
import { duration, wholeNumber } from "./scalars.ts";
import { section } from "./section.ts";

const weight = () => wholeNumber("Percent of traffic on the side that becomes live.", 1, 100);

const approvalsSection = section({
  required: wholeNumber(
    "How many different people must approve; 0 means that a flip needs no request.",
    0,
    10,
  ).prefault(1),
  expires: duration("After this time a request that was not used is void.", "1m", "30d").prefault(
    "24h",
  ),
  authorMayApprove: z.boolean().prefault(true).meta({
    description: "Whether the author of the commit counts as an approver.",
  }),
}).meta({
  id: "approvals",
  title: "approvals",
  description: "Who must agree before a flip.",
});

const stepSection = section({
  weight: weight(),
  bake: duration(
    "How long to stay at this weight before the next step or completion.",
    "0s",
    "7d",
  ).prefault("0s"),
}).meta({
  id: "step",
  title: "A step with a bake time",
  description: "One step of a flip. A bare number is the weight of a step that does not bake.",
});

const step = z.union([
  weight().transform((percent) => ({ weight: percent, bake: 0 })),
  stepSection,
]);

const steps = z
  .array(step)
  .min(1, "has no step; write for example [100]")
  .superRefine((list, ctx) => {
    list.forEach(({ weight }, i) => {
      const before = list[i - 1]?.weight ?? 0;
      if (weight <= before) {
        ctx.addIssue({
          code: "custom",
          path: [i],
          message: `weight ${weight} does not rise above the ${before} of the step before it`,
        });
      }
    });
    if (list.at(-1)?.weight !== 100) {
      ctx.addIssue({
        code: "custom",
        path: [list.length - 1],
        message: "the last step must have weight 100, or the flip would never be complete",
      });
    }
  });

export const flipSection = section({
  approvals: approvalsSection.prefault({}),
  steps: steps.prefault([100]).meta({
    description:
      "Rising weights of the side that becomes live; the last is 100. Numbers, or maps of `weight` and `bake`.",
  }),
  drain: duration(
    "The longest time, after caches expired, that the old side waits to become quiet.",
    "0s",
    "1d",
  ).prefault("2m"),
}).meta({
  id: "flip",
  title: "flip",
  description: "How traffic moves from the live side to the standby.",
});
