import type { keyRoutes } from "../../contract/routes/keys.ts";
import { isFailure } from "../failure.ts";
import type { Handlers } from "../handler.ts";
import { metaOf } from "../handler.ts";
import { keyView } from "../views/key.ts";

export const keyHandlers: Handlers<keyof typeof keyRoutes> = {
  async listKeys(_, { operator }) {
    return (await operator.keys.list()).map(keyView);
  },

  async issueKey(asked, { operator }) {
    const { name, role } = asked.body;
    const issued = await operator.keys.issue(name, role, metaOf(asked, asked.body));
    return isFailure(issued) ? issued : { ...keyView(issued.record), key: issued.key };
  },

  async revokeKey(asked, { operator }) {
    const revoked = await operator.keys.revoke(asked.params.id, metaOf(asked));
    return isFailure(revoked) ? revoked : keyView(revoked);
  },
};
