import { z } from "zod";
import type { IssuedKey, KeyView } from "../api.ts";
import { maybe, role, shape, time } from "./fields.ts";

const keyShape = shape<KeyView>()({
  id: z.string(),
  name: z.string(),
  role,
  issuedAt: time,
  lastUsedAt: maybe(time).meta({
    description: "Up to five minutes behind, where other operators let the key in.",
  }),
  revokedAt: maybe(time),
});

export const keyView: z.ZodType<KeyView> = z.object(keyShape).meta({ id: "Key" });

export const issuedKey: z.ZodType<IssuedKey> = z
  .object(
    shape<IssuedKey>()({
      ...keyShape,
      key: z.string().meta({ description: "Shown once; only its hash is kept." }),
    }),
  )
  .meta({ id: "IssuedKey" });
